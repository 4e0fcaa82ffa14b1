// Notifications of the desktop; a click opens the page they are about.
import { Notification } from 'electron';
import type { HostNotification } from '../../app/host.ts';

/** Kept alive so that their clicks arrive; older ones are let go. */
const KEPT = 50;

export class HostNotifications {
  readonly #icon: string;
  readonly #open: (route: string) => void;
  readonly #shown: Notification[] = [];

  constructor(icon: string, open: (route: string) => void) {
    this.#icon = icon;
    this.#open = open;
  }

  show({ title, body, link }: HostNotification): void {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body, icon: this.#icon });
    notification.on('click', () => this.#open(link));
    notification.show();
    this.#shown.push(notification);
    if (this.#shown.length > KEPT) this.#shown.shift();
  }
}
