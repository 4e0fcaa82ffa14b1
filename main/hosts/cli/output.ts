// Standard output in few writes; a reader that went away is no reason to break off a transfer.

export class Output {
  private pending = '';
  private timer: NodeJS.Timeout | null = null;
  private gone = false;
  private readonly stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
    stream.on('error', () => { this.gone = true; });
  }

  line(text: string): void { this.text(`${text}\n`); }

  text(text: string): void {
    if (this.gone) return;
    this.pending += text;
    if (this.pending.length > 64 * 1024) this.flush();
    else this.timer ??= setTimeout(() => { this.flush(); }, 50);
  }

  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const text = this.pending;
    this.pending = '';
    if (text !== '' && !this.gone) this.stream.write(text);
  }

  /** Settles when all of it is out, or nobody takes it any more. */
  async end(): Promise<void> {
    this.flush();
    if (this.gone) return;
    await new Promise<void>((resolve) => {
      this.stream.once('error', () => { resolve(); });
      this.stream.write('', () => { resolve(); });
    });
  }
}
