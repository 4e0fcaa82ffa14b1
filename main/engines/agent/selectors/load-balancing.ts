// Each event goes to one of the channels, by turns or by chance (LoadBalancingChannelSelector).
import { LOAD_BALANCING_SELECTOR } from '../../../../preload/contract/agent/specs/between.ts';
import { selector } from '../components/factory.ts';
import type { Route } from '../parts.ts';

export const loadBalancingSelector = selector(LOAD_BALANCING_SELECTOR, ({ policy }, { channels }) => {
  const routes: readonly Route[] = channels.map((channel) => ({ required: [channel], optional: [] }));
  let next = 0;
  const pick = policy === 'random' ? (): number => Math.floor(Math.random() * routes.length) : (): number => {
    const index = next;
    next = (next + 1) % routes.length;
    return index;
  };
  return { fixed: null, route: () => routes[pick()] as Route };
});
