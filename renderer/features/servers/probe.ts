// The check of a server as it goes: each step as it is reported, run anew on request.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import type { ProbeStep } from '../../../preload/contract/domain.ts';
import type { ErrorInfo } from '../../../preload/contract/errors.ts';
import { toErrorInfo } from '../../../preload/contract/sluice-error.ts';
import { useBackend } from '../../data/hooks.ts';

export type Step = z.output<typeof ProbeStep>;
export interface Probe {
  readonly steps: readonly Step[];
  readonly busy: boolean;
  /** What ended the check as a whole, beside the error of a step. */
  readonly error: ErrorInfo | null;
  readonly start: (id: string) => void;
  readonly clear: () => void;
}

const IDLE = { steps: [] as readonly Step[], busy: false, error: null as ErrorInfo | null };

export function useProbe(): Probe {
  const backend = useBackend();
  const [state, setState] = useState(IDLE);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);
  const start = useCallback((id: string) => {
    abort.current?.abort();
    const controller = new AbortController();
    abort.current = controller;
    setState({ ...IDLE, busy: true });
    void (async () => {
      try {
        const api = await backend.ready();
        for await (const step of api['servers.probe']({ id }, controller.signal)) {
          if (controller.signal.aborted) return;
          setState((old) => ({ ...old, steps: [...old.steps.filter((other) => other.step !== step.step), step] }));
        }
        if (!controller.signal.aborted) setState((old) => ({ ...old, busy: false }));
      } catch (thrown) {
        if (!controller.signal.aborted) setState((old) => ({ ...old, busy: false, error: toErrorInfo(thrown) }));
      }
    })();
  }, [backend]);
  const clear = useCallback(() => { abort.current?.abort(); setState(IDLE); }, []);
  return { ...state, start, clear };
}
