// Events as they cross to the screens and back: the body cut at what a person looks at.
import type { EventDraft, EventShown } from '../../../../preload/contract/pipelines.ts';
import { Event } from '../event/event.ts';

export const BODY_SHOWN = 64 * 1024;

export function shownEvent(event: Event, id: string, at: number): EventShown {
  const { body } = event;
  return { id, at, headers: Object.fromEntries(event.headers), body: new Uint8Array(body.subarray(0, BODY_SHOWN)), size: body.length };
}

export function draftOf(event: Event): EventDraft {
  return { headers: Object.fromEntries(event.headers), body: new Uint8Array(event.body.subarray(0, BODY_SHOWN)) };
}

export function eventOf({ headers, body }: EventDraft): Event {
  return Event.of(new Map(Object.entries(headers)), Buffer.from(body));
}
