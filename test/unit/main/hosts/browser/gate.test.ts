import { describe, expect, it } from 'vitest';
import { Gate, GATE_LIMITS } from '../../../../../main/hosts/browser/gate.ts';

function enter(gate: Gate): string {
  const redeemed = gate.redeem(gate.issue());
  if (!redeemed.ok) throw new Error('refused');
  return redeemed.token;
}

describe('Gate', () => {
  it('swaps a code for a session once', () => {
    const gate = new Gate();
    const code = gate.issue();
    const redeemed = gate.redeem(code);
    expect(redeemed.ok && gate.session(redeemed.token)).toEqual({ windows: 0 });
    expect(gate.redeem(code)).toEqual({ ok: false, why: 'wrong' });
  });

  it('shuts at the fifth wrong code, for good codes too, but sessions live on', () => {
    const gate = new Gate();
    const token = enter(gate);
    const good = gate.issue();
    for (let i = 1; i < GATE_LIMITS.wrongCodes; i += 1) expect(gate.redeem('guess')).toEqual({ ok: false, why: 'wrong' });
    expect(gate.redeem('guess')).toEqual({ ok: false, why: 'shut' });
    expect(gate.redeem(good)).toEqual({ ok: false, why: 'shut' });
    expect(gate.session(token)).not.toBeNull();
  });

  it('a code used before is no guess', () => {
    const gate = new Gate();
    const code = gate.issue();
    for (let i = 0; i < 20; i += 1) gate.redeem(code);
    expect(gate.shut).toBe(false);
  });

  it('knows no session of an unknown or missing token', () => {
    const gate = new Gate();
    enter(gate);
    expect([gate.session('x'), gate.session(''), gate.session(undefined)]).toEqual([null, null, null]);
  });

  it('only the newest unused codes are good', () => {
    const gate = new Gate();
    const codes = Array.from({ length: GATE_LIMITS.codes + 1 }, () => gate.issue());
    expect(gate.redeem(codes[0] ?? '').ok).toBe(false);
    expect(gate.redeem(codes[1] ?? '').ok).toBe(true);
  });

  it('bounds windows of a session and of all, and counts those that left', () => {
    const gate = new Gate();
    const session = gate.session(enter(gate));
    if (!session) throw new Error('no session');
    const leave = Array.from({ length: GATE_LIMITS.windowsPerSession }, () => gate.enter(session));
    expect(gate.enter(session)).toBeNull();
    leave[0]?.();
    leave[0]?.();
    expect(session.windows).toBe(GATE_LIMITS.windowsPerSession - 1);
    expect(gate.enter(session)).not.toBeNull();
    expect(gate.enter(session)).toBeNull();
    for (let i = 0; i < 3; i += 1) {
      const other = gate.session(enter(gate));
      while (other && gate.enter(other));
    }
    const last = gate.session(enter(gate));
    expect(last && gate.enter(last)).toBeNull();
  });

  it('forgets the oldest session without a window when there are too many', () => {
    const gate = new Gate();
    const first = enter(gate);
    const held = enter(gate);
    const session = gate.session(held);
    if (session) gate.enter(session);
    for (let i = 0; i < GATE_LIMITS.sessions; i += 1) enter(gate);
    expect(gate.session(first)).toBeNull();
    expect(gate.session(held)).not.toBeNull();
  });
});
