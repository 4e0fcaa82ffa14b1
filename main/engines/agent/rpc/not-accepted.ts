// What a far side said instead of OK.

/** It answered, and none of the batch is safe there. The connection is in order. */
export class NotAccepted extends Error {}
