// A thin skin over better-sqlite3: the pragmas every database of ours has, a statement cache, transactions that
// cannot be asynchronous, and errors in the words of the error table. Knows no schema.
import Database from 'better-sqlite3';
import { basename } from 'node:path';
import { SluiceError } from '../../preload/contract/sluice-error.ts';

export type SqlValue = string | number | bigint | Uint8Array | null;

/** True for the two codes that mean the file itself is damaged, not the disk or the statement. */
export function isDamage(error: unknown): boolean {
  return error instanceof Database.SqliteError && (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB');
}

export class Sqlite {
  readonly file: string;
  private readonly db: Database.Database;
  private readonly statements = new Map<string, Database.Statement>();

  /**
   * Opens or creates `file` with WAL, synchronous FULL and foreign keys. `SLUICE_SQLITE_BINDING` may name another
   * native binding. Damage is thrown raw (see `isDamage`); everything else is STORE_IO.
   */
  constructor(file: string, options: { readonly readonly?: boolean } = {}) {
    this.file = file;
    const binding = process.env['SLUICE_SQLITE_BINDING'];
    this.db = this.guard(() => new Database(file, { ...(binding ? { nativeBinding: binding } : {}), ...(options.readonly ? { readonly: true, fileMustExist: true } : {}) }));
    try {
      this.guard(() => {
        if (!options.readonly) this.db.pragma('journal_mode = WAL');
        this.db.pragma('synchronous = FULL');
        this.db.pragma('foreign_keys = ON');
      });
    } catch (error) {
      this.db.close();
      throw error;
    }
  }

  all<T>(sql: string, ...values: SqlValue[]): T[] {
    return this.guard(() => this.prepare(sql).all(...values) as T[]);
  }

  get<T>(sql: string, ...values: SqlValue[]): T | undefined {
    return this.guard(() => this.prepare(sql).get(...values) as T | undefined);
  }

  /** @returns the number of rows changed. */
  run(sql: string, ...values: SqlValue[]): number {
    return this.guard(() => this.prepare(sql).run(...values).changes);
  }

  /** Several statements with no values; for schema changes. */
  script(sql: string): void {
    this.guard(() => this.db.exec(sql));
  }

  /** All of `work` or none of it. A `work` that returns a promise does not compile. */
  transaction<T>(work: () => T extends PromiseLike<unknown> ? never : T): T {
    return this.guard(() => this.db.transaction(work).immediate() as T);
  }

  get userVersion(): number {
    return this.guard(() => this.db.pragma('user_version', { simple: true }) as number);
  }

  set userVersion(version: number) {
    this.guard(() => this.db.pragma(`user_version = ${Math.trunc(version)}`));
  }

  /** Null when `quick_check` finds nothing, else its first complaint. */
  damage(): string | null {
    try {
      const first = this.db.pragma('quick_check(1)', { simple: true }) as string;
      return first === 'ok' ? null : first;
    } catch (error) {
      if (isDamage(error)) return (error as Error).message;
      throw this.translate(error);
    }
  }

  close(): void {
    this.statements.clear();
    this.db.close();
  }

  private prepare(sql: string): Database.Statement {
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, statement = this.db.prepare(sql));
    return statement;
  }

  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.translate(error);
    }
  }

  private translate(error: unknown): unknown {
    if (error instanceof SluiceError || isDamage(error)) return error;
    const operational = error instanceof Database.SqliteError && /^SQLITE_(IOERR|FULL|CANTOPEN|READONLY|BUSY|LOCKED|PERM)/.test(error.code);
    const noFolder = error instanceof TypeError && /directory does not exist/.test(error.message);
    return operational || noFolder ? SluiceError.of('STORE_IO', { file: basename(this.file), reason: error.message }, error) : error;
  }
}
