import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../../../main/hosts/browser/options.ts';

describe('parseOptions', () => {
  it('has a default for everything', () => {
    expect(parseOptions([])).toEqual({ port: 0, data: null, renderer: null, noWindow: false });
  });
  it('reads each', () => {
    expect(parseOptions(['--port', '8080', '--data=/d', '--renderer', '/r', '--no-window'])).toEqual({ port: 8080, data: '/d', renderer: '/r', noWindow: true });
  });
  it.each([[['--port', 'x']], [['--port', '70000']], [['--port', '1.5']], [['--nope']], [['word']], [['--data']]])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow();
  });
});
