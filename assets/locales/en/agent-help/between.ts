// What interceptors, selectors, processors, serializers and deserializers and their keys mean, one sentence each.

const preserve = 'Leaves a header of that name as it is.';
const expression = (example: string) => ({
  expression: `Answers true or false, a new body, or {"headers": ..., "body": ...}. It sees headers, text and body (read as JSON where it is JSON). ${example}`,
  timeLimit: 'An event that takes longer is refused.', memoryLimit: 'Memory of the thread in which it runs, in MiB; an event that takes more is refused.',
});
const container = {
  syncIntervalBytes: 'A block of the file ends after so many bytes.', compressionCodec: 'How blocks are compressed: null, deflate, snappy, zstandard.',
};
const appendNewline = 'Ends each event with a line feed.';

export const betweenHelp = {
  'interceptor timestamp': { about: 'Puts the time of this machine, in milliseconds, into a header.', keys: { headerName: 'Name of the header.', preserveExisting: preserve } },
  'interceptor host': { about: 'Puts the address or the name of this machine into a header.', keys: { hostHeader: 'Name of the header.', useIP: 'The address; otherwise the name.', preserveExisting: preserve } },
  'interceptor static': { about: 'Puts a fixed value into a header.', keys: { key: 'Name of the header.', value: 'Its value.', preserveExisting: preserve } },
  'interceptor remove_header': {
    about: 'Takes headers away.',
    keys: { withName: 'The header of this name.', fromList: 'The headers of these names.', fromListSeparator: 'What separates the names of the list: a pattern.', matching: 'Headers whose whole name fits this pattern.' },
  },
  'interceptor search_replace': {
    about: 'Replaces in the body whatever a pattern finds.',
    keys: { searchPattern: 'What to look for, as a regular expression of Java.', replaceString: 'What to put there; $1 is the first group.', charset: 'Character set of the body.' },
  },
  'interceptor regex_filter': { about: 'Lets events pass in whose body a pattern finds something.', keys: { regex: 'What to look for, as a regular expression of Java.', excludeEvents: 'Lets the other events pass instead.' } },
  'interceptor regex_extractor': {
    about: 'Puts the groups of a pattern, as found in the body, into headers.',
    keys: { regex: 'What to look for, as a regular expression of Java with groups.', serializers: 'A name for each group in turn; serializers.NAME.name is the header it goes to.' },
  },
  'interceptor org.apache.flume.sink.solr.morphline.UUIDInterceptor$Builder': {
    about: 'Gives each event an identifier of its own in a header.',
    keys: { headerName: 'Name of the header.', preserveExisting: preserve, prefix: 'Stands before the identifier.' },
  },
  'interceptor jsonata': { about: 'Filters and changes events by a JSONata expression.', keys: expression('For instance body.level = "ERROR".') },
  'interceptor cel': { about: 'Filters and changes events by an expression of Google’s CEL.', keys: expression('For instance body.level == "ERROR".') },
  'selector replicating': { about: 'Every event goes to every channel.', keys: { optional: 'Channels that may refuse an event: it is then missing there, and the sender hears nothing of it.' } },
  'selector multiplexing': {
    about: 'The value of a header decides to which channels an event goes; mapping.VALUE names them.',
    keys: { header: 'Name of the header.', default: 'Channels for every value that is not mapped.' },
  },
  'selector load_balancing': { about: 'Each event goes to one channel only.', keys: { policy: 'By turns or by chance.' } },
  'processor default': { about: 'The one sink of the group does the work.', keys: {} },
  'processor failover': {
    about: 'The sink of the highest priority does the work, another one while it fails; priority.SINK sets it.',
    keys: { maxpenalty: 'A sink that failed is left alone for 2 s, twice as long each time, and at most so long.' },
  },
  'processor load_balance': {
    about: 'The sinks share the work; what one cannot deliver another one tries at once.',
    keys: { selector: 'By turns or by chance.', backoff: 'Leaves a sink that failed alone for a while.', 'selector.maxTimeOut': 'With backoff: for 2 s, twice as long each time, and at most so long.' },
  },
  'serializer TEXT': { about: 'Writes the body of each event as a line.', keys: { appendNewline } },
  'serializer HEADER_AND_TEXT': { about: 'Writes headers and body of each event as a line.', keys: { appendNewline } },
  'serializer AVRO_EVENT': { about: 'Writes events with headers and body into an Avro container file.', keys: container },
  'serializer org.apache.flume.sink.hdfs.AvroEventSerializer$Builder': {
    about: 'Writes bodies that are Avro data into a container file of their schema.',
    keys: { ...container, schemaURL: 'Where the schema stands, for events that do not tell it in flume.avro.schema.url or flume.avro.schema.literal.' },
  },
  'deserializer LINE': {
    about: 'Each line of a file is an event.',
    keys: { maxLineLength: 'Most characters of an event; a longer line becomes several events.', outputCharset: 'Character set of the bodies.' },
  },
  'deserializer AVRO': { about: 'Each datum of an Avro container file is an event.', keys: { schemaType: 'What a header tells of the schema: its fingerprint, or all of it.' } },
  'deserializer org.apache.flume.sink.solr.morphline.BlobDeserializer$Builder': { about: 'A whole file is one event.', keys: { maxBlobLength: 'Most bytes of an event; a larger file becomes several events.' } },
};
