import { describe, expect, it } from 'vitest';
import { routeOfArguments, routeOfLink } from '../../../../../main/hosts/electron/deep-link.ts';

describe('sluice:// links', () => {
  it('open the page of a run or a sync', () => {
    expect(routeOfLink('sluice://run/abc-1')).toBe('/runs/abc-1');
    expect(routeOfLink('sluice://sync/X_9/')).toBe('/syncs/X_9');
  });

  it.each(['sluice://run/', 'sluice://run/a/b', 'sluice://run/../x', 'sluice://delete/1', 'sluice://run/a?x=1', 'sluice://run/a#b', 'SLUICE://run/a', 'http://run/a', `sluice://run/${'a'.repeat(65)}`, 'sluice://run/a%2fb', ''])('%j opens nothing', (text) => {
    expect(routeOfLink(text)).toBeNull();
  });

  it('are found among the words of a command line', () => {
    expect(routeOfArguments(['/usr/bin/sluice', '--hidden', 'sluice://evil', 'sluice://run/7'])).toBe('/runs/7');
    expect(routeOfArguments(['/usr/bin/sluice', '/data'])).toBeNull();
  });
});
