// English texts of the agent's errors.
import type { AgentErrorTexts } from '../error-texts.ts';

const num = (value: string | number): string => Number(value).toLocaleString('en');
const line = (file: string | number, at: string | number): string => (Number(at) > 0 ? `${file}, line ${at}` : String(file));

export const agentErrors = {
  AGENT_CONFIG: (p) => ({ title: 'The agent’s configuration is not valid', body: `${line(p.file, p.line)}: ${p.reason}`, remedy: 'Correct that line; `sluice agent validate` shows all problems at once.' }),
  AGENT_CONFIG_SOURCE: (p) => ({ title: 'The configuration cannot be read', body: `${p.source}: ${p.reason}`, remedy: 'Check the name, the rights and the network; a running agent keeps its present configuration.' }),
  AGENT_NO_AGENT: (p) => ({ title: `There is no agent ${p.name} in ${p.file}`, body: p.defined === '' ? 'No agent is defined there' : `It defines: ${p.defined}`, remedy: p.defined === '' ? 'Lines begin with the name of the agent: a1.sources = r1' : `Start it with --name ${String(p.defined).split(', ')[0]}.` }),
  AGENT_NOTHING_RUNS: (p) => ({ title: `Nothing of agent ${p.agent} can run`, body: `${p.file} defines no source or sink that works with a channel`, remedy: '`sluice agent validate` tells what is wrong with each of them.' }),
  AGENT_UNKNOWN_TYPE: (p) => ({ title: `${p.component}: the type is not known`, body: `${p.type} is no type of Flume or Sluice`, remedy: p.nearest === '' ? 'Choose one of the types in the list.' : `Did you mean ${p.nearest}?` }),
  AGENT_LEFT_OUT: (p) => ({ title: `${p.component}: this type cannot run here`, body: `${p.type} needs a service that is gone, or a Java plug-in`, remedy: p.instead === '' ? 'There is no replacement.' : `The nearest replacement is ${p.instead}.` }),
  AGENT_KEY: (p) => ({ title: `${p.component}: ${p.key} is not right`, body: p.value === '' ? `${p.reason}` : `“${p.value}”: ${p.reason}`, remedy: 'Correct it; the other components run on.' }),
  AGENT_FILTER: (p) => ({ title: 'A value cannot be looked up', body: `Filter ${p.filter} has no ${p.key}: ${p.reason}`, remedy: 'Provide the value, or correct the filter.' }),
  AGENT_TEST: (p) => ({ title: 'The test of a configuration cannot be run', body: `${line(p.file, p.line)}: ${p.reason}`, remedy: 'Correct the file of tests.' }),
  AGENT_CHANNEL_FULL: (p) => ({ title: `Channel ${p.channel} is full`, body: `It holds ${num(p.capacity)} events, and no sink has made room`, remedy: 'See what keeps its sinks; senders are asked to wait and lose nothing.' }),
  AGENT_BATCH_TOO_LARGE: (p) => ({ title: `A batch is too large for channel ${p.channel}`, body: `${num(p.events)} events in one transaction, at most ${num(p.capacity)} are allowed`, remedy: 'Raise transactionCapacity of the channel, or lower the batch size of the sender.' }),
  AGENT_EVENT_TOO_LARGE: (p) => ({ title: `${p.component}: an event is too large`, body: `${num(p.size)} bytes, at most ${num(p.limit)} are allowed`, remedy: 'Raise the limit, or split what is sent.' }),
  AGENT_CHANNEL_LOCKED: (p) => ({ title: 'The channel’s folder is in use', body: `${p.dir} is held by ${p.holder}`, remedy: 'End that agent first, or give this channel folders of its own; two on one would destroy it.' }),
  AGENT_CHANNEL_CORRUPT: (p) => ({ title: 'A file of the channel is damaged', body: `${p.file} at byte ${num(p.offset)}: ${p.reason}`, remedy: 'Nothing was changed. `sluice agent channel verify` tells the extent, `repair` keeps what is whole and puts the rest aside.' }),
  AGENT_CHANNEL_FORMAT: (p) => ({ title: 'The folder does not hold a channel of ours', body: `${p.dir}: ${p.reason}`, remedy: 'Choose an empty folder, or drain the channel with the version that wrote it.' }),
  AGENT_CHANNEL_KEY: (p) => ({ title: 'The channel cannot be decrypted', body: `${p.dir}, key ${p.key}: ${p.reason}`, remedy: 'Provide the key with which it was written.' }),
  AGENT_CHANNEL_STOPPED: (p) => ({ title: `Channel ${p.channel} has stopped`, body: 'It takes and gives nothing until it is started again', remedy: 'It is started by itself; see the error before this one for the cause.' }),
  AGENT_DISK: (p) => ({ title: 'The agent cannot write to its disk', body: `${p.file}: ${p.reason}`, remedy: 'Repair the disk or the rights. Nothing that was not on disk has been acknowledged.' }),
  AGENT_DISK_FULL: (p) => ({ title: 'Too little room on the disk', body: p.needed === 0 ? `${p.dir}: the disk refused a write for want of room` : `${p.dir}: ${num(p.free)} bytes are free, ${num(p.needed)} are kept free`, remedy: 'Make room: senders wait until then and lose nothing. Or lower minimumRequiredSpace.' }),
  AGENT_PORT: (p) => ({ title: `${p.component}: the port cannot be opened`, body: `${p.address}:${p.port}: ${p.reason}`, remedy: 'End what holds the port, or choose another one.' }),
  AGENT_CLIENT: (p) => ({ title: `${p.component}: what a client sent cannot be read`, body: `${p.client}: ${p.reason}`, remedy: 'See whether it speaks the protocol of this source.' }),
  AGENT_CONNECT: (p) => ({ title: `${p.component}: no connection`, body: `${p.target}: ${p.reason}`, remedy: 'Check name, port and network; it is tried again by itself and the events wait in the channel.' }),
  AGENT_DELIVERY: (p) => ({ title: `${p.component}: a batch was not delivered`, body: `${p.target}: ${p.reason}`, remedy: 'It is sent again; the events wait in the channel.' }),
  AGENT_REJECTED: (p) => ({ title: `${p.component}: the far side will not take an event`, body: `${p.target}: ${p.reason}`, remedy: 'Sending it again will not help: look at it among the dead letters, or change the configuration.' }),
  AGENT_AUTH: (p) => ({ title: `${p.component}: the login was refused`, body: `${p.target}: ${p.reason}`, remedy: 'Check user, password and rights.' }),
  AGENT_TLS: (p) => ({ title: `${p.component}: no encrypted connection`, body: `${p.peer}: ${p.reason}`, remedy: 'Check on both sides that ssl is switched alike, and the certificate and who vouches for it.' }),
  AGENT_STORE: (p) => ({ title: 'A store of keys cannot be read', body: `${p.file}: ${p.reason}`, remedy: 'Check the path, the password and the kind of the store.' }),
  AGENT_COMPRESSION: (p) => ({ title: `${p.component}: the two sides do not compress alike`, body: `${p.peer}: ${p.reason}`, remedy: 'Set compression-type alike on both sides: deflate on both, or none on both.' }),
  AGENT_NOT_HERE: (p) => ({ title: `${p.component}: something it needs is not here`, body: `${p.what}`, remedy: 'Set it up, or use another type.' }),
  AGENT_READ: (p) => ({ title: `${p.component}: a file cannot be read`, body: `${p.file}: ${p.reason}`, remedy: 'Check the rights; it is tried again by itself.' }),
  AGENT_DECODE: (p) => ({ title: `${p.component}: a file is not in the form it should have`, body: `${p.file} at byte ${num(p.position)}: ${p.reason}`, remedy: 'Correct inputCharset or the deserializer, or set decodeErrorPolicy to REPLACE or IGNORE.' }),
  AGENT_FILE_CHANGED: (p) => ({ title: `${p.component}: a file changed under its reader`, body: `${p.file}: ${p.reason}`, remedy: 'Put whole files into the folder, by rename, and use each name once.' }),
  AGENT_PLACE: (p) => ({ title: `${p.component}: its place cannot be kept`, body: `${p.place}: ${p.reason}`, remedy: 'Check the folder or the ensemble: without it, lines would be read twice or missed after a restart.' }),
  AGENT_COMMAND: (p) => ({ title: `${p.component}: the command ended`, body: `${p.command}: ${p.reason}`, remedy: 'Run it by hand to see why; with restart = true it is started again by itself.' }),
  AGENT_TRANSFORM: (p) => ({ title: `${p.component}: an expression failed`, body: `${p.reason}`, remedy: 'Try it with a sample; events that cannot be transformed can go to the dead letters.' }),
  AGENT_HEADER: (p) => ({ title: `${p.component}: a header is missing or not right`, body: `${p.header}: ${p.reason}`, remedy: 'Set it with an interceptor before this component.' }),
} satisfies AgentErrorTexts;
