// The app behind either front door, opened for a test: the same page object, whichever host is behind it.
import type { ElectronApplication, Page } from 'playwright-core';
import { browserProblem, openInBrowser } from './browser.ts';
import { electronProblem, openInElectron } from './electron.ts';

export type HostKind = 'browser' | 'electron';
export const HOSTS: readonly HostKind[] = ['browser', 'electron'];

export interface OpenOptions {
  readonly host: HostKind;
  /** Kept by the test, so that a second start finds it again. */
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly language?: 'en' | 'zh-CN';
  readonly viewport?: { readonly width: number; readonly height: number };
}

export interface OpenedApp {
  readonly host: HostKind;
  readonly page: Page;
  /** For what only one host has; null on the other. */
  readonly electron: ElectronApplication | null;
  /** The process of the app itself, which runs services and starts engines. */
  readonly pid: number;
  /** What the app wrote on its standard error so far. */
  complaints(): string;
  /** Quits it as a person would, and waits until it has ended. */
  close(): Promise<void>;
}

/** Why a host cannot be had here, for a skipped test, or null. */
export function hostProblem(host: HostKind): string | null {
  return host === 'browser' ? browserProblem() : electronProblem();
}

export function openApp(options: OpenOptions): Promise<OpenedApp> {
  return options.host === 'browser' ? openInBrowser(options) : openInElectron(options);
}
