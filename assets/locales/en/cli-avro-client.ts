// Texts of `sluice agent avro-client`.
export const cliAvroClient = {
  help: `Usage: sluice agent avro-client --host HOST --port PORT [--filename FILE | --dirname DIR] [--headerFile FILE]
       sluice agent avro-client --rpcProps FILE [...]

Sends each line of FILE, of the files of DIR, or of standard input as an event to an Avro source of Sluice or Flume, five at a time, and waits until
each batch has arrived.

 -H, --host HOST         the source's machine
 -p, --port PORT         its port
 -F, --filename FILE     the file to send
     --dirname DIR       sends the files of DIR, oldest first; each is renamed to NAME.COMPLETED when it has arrived
 -R, --headerFile FILE   a properties file: its keys and values become headers of every event
 -P, --rpcProps FILE     where to and how, as Flume's clients have it: hosts, hosts.NAME, batch-size, compression-type, ssl ...
 -DKEY=VALUE             javax.net.ssl.trustStore and the other properties of TLS
 -h, --help              this text
`,
  sent: (p: { events: number }): string => `${p.events} events sent`,
};
