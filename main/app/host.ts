// What a front door offers to the app behind it. Each host implements it; the app knows no other word of the host.
import type { AppStatus, EngineName } from '../../preload/contract/domain.ts';
import type { z } from 'zod';
import type { Wire } from '../../preload/rpc/wire.ts';

export interface EngineProcess {
  readonly pid: number | null;
  readonly wire: Wire;
  /** Settles once, when the process has ended, by itself or not. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  kill(): void;
}

/** Starts an engine's bundle (`dist/engines/NAME.cjs`) in a process of its own. */
export interface EngineLauncher {
  launch(name: EngineName): EngineProcess;
}

export interface Vault {
  readonly kind: z.output<typeof AppStatus>['vault']['kind'];
  readonly locked: boolean;
  /** Only for a passphrase vault. VAULT_WRONG_PASSPHRASE, VAULT_UNAVAILABLE. */
  create(passphrase: string): Promise<void>;
  unlock(passphrase: string): Promise<void>;
  /** VAULT_LOCKED until unlocked. */
  get(key: string): Promise<string | null>;
  set(key: string, secret: string): Promise<void>;
  remove(key: string): Promise<void>;
  onChange(listener: () => void): void;
}

export type TrayState = 'idle' | 'syncing' | 'attention' | 'paused';

export interface HostNotification {
  readonly title: string;
  readonly body: string;
  /** The route its click opens, such as /runs/ID. */
  readonly link: string;
}

export interface TrayLine {
  readonly text: string;
  readonly link: string;
}

export interface Host {
  readonly kind: 'electron' | 'browser';
  readonly detail: string;
  readonly launcher: EngineLauncher;
  readonly vault: Vault;
  /** Shows it where the host can (Electron: the desktop's notification; browser: nothing, the Activity list has it). */
  notify(notification: HostNotification): void;
  /** Icon and menu of the tray where there is one. */
  tray(state: TrayState, lines: readonly TrayLine[]): void;
  /** The language of menus, tray and dialogs. */
  locale(locale: 'en' | 'zh-CN'): void;
  /** Light, dark or the system's, for windows and dialogs of the host. */
  theme(theme: 'system' | 'light' | 'dark'): void;
  quit(): void;
}
