// What a name node or data node answers instead of what was asked, in words.

export class RemoteProblem extends Error {
  readonly kind: 'connect' | 'login' | 'answer';
  readonly reason: string;
  /** Java's class without its package; '' where none was told. */
  readonly exception: string;

  constructor(kind: RemoteProblem['kind'], reason: string, exception = '') {
    super(reason);
    this.kind = kind;
    this.reason = reason;
    this.exception = exception;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  StandbyException: 'this name node is on standby, and no other address is given',
  SafeModeException: 'the name node is in safe mode and takes no changes yet',
  RetriableException: 'the name node is still starting',
  AlreadyBeingCreatedException: 'another writer has the file open',
  RecoveryInProgressException: 'the file’s last writer is just being cut off',
  DSQuotaExceededException: 'the folder’s quota of space is used up',
  NSQuotaExceededException: 'the folder’s quota of names is used up',
  FileAlreadyExistsException: 'it is there already',
  LeaseExpiredException: 'the file was taken away while it was written',
};

/** {"RemoteException":{"exception":"...","javaClassName":"...","message":"..."}} */
export function remoteProblem(status: number, text: string): RemoteProblem {
  let exception = '';
  let message = '';
  try {
    const remote = (JSON.parse(text) as { RemoteException?: { exception?: unknown; message?: unknown } }).RemoteException;
    exception = String(remote?.exception ?? '');
    message = String(remote?.message ?? '').split('\n')[0] ?? '';
  } catch {
    message = '';
  }
  if (exception === 'AccessControlException') return new RemoteProblem('login', message, exception);
  if (status === 401) return new RemoteProblem('login', 'it wants a login by Kerberos, which is not spoken here; HttpFS with simple authentication works', exception);
  if (status === 403 && exception === '') return new RemoteProblem('login', 'it refuses this user', exception);
  const words = WORDS[exception];
  return new RemoteProblem('answer', [words, message || (words ? '' : `HTTP status ${status}`)].filter(Boolean).join(': '), exception);
}
