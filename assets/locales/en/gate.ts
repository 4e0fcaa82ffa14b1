// Texts of the loopback gate: the pages it refuses with, and what it prints on the terminal.
export const gate = {
  title: 'Sluice',
  needCode: { title: 'This window is not signed in', body: 'Sluice opens only with the one-time address it prints when it starts. Start it again on the same machine: it prints a new address and leaves what is running alone.' },
  wrongCode: { title: 'This address has been used or is wrong', body: 'Each address works once. Start Sluice again on the same machine: it prints a new one and leaves what is running alone.' },
  shut: { title: 'Too many wrong addresses', body: 'No new window is let in until Sluice is restarted. Windows that are open keep working.' },
  fromElsewhere: { title: 'Opened from another page', body: 'For safety Sluice does not follow links from other pages. Copy the address into the address bar yourself.' },
  wrongHost: { title: 'Not the address of Sluice', body: 'Use the address as it was printed. Through an SSH tunnel, the port must be the same on both ends.' },
  wrongMethod: { title: 'Not allowed', body: 'Only reading is possible here.' },
  notFound: { title: 'Nothing is here', body: 'The page does not exist.' },
  openHere: 'Open this address in a browser on this machine (it works once):',
  openElsewhere: 'From another machine, first run there, and keep it running:',
  runningAlready: (p: { pid: number }): string => `Sluice is running already (process ${p.pid}); this is a new address of it.`,
  notAnswering: (p: { pid: number }): string => `Sluice is running already (process ${p.pid}) but does not answer. End that process, then start again.`,
  runningShut: (p: { pid: number }): string => `Sluice is running already (process ${p.pid}), but after too many wrong addresses it lets no new window in. Restart it.`,
  portTaken: (p: { port: number }): string => `Port ${p.port} is in use by another program. Choose another with --port, or none for a free one.`,
  ending: 'Sluice finishes what is in hand and ends.',
};
