// What does not go together in one agent, or is seldom meant: seen once everything is built.
import type { AgentConfig } from '../agent-config.ts';
import type { Build } from '../build/build.ts';

export function checkTogether(build: Build, agent: AgentConfig): void {
  void build;
  void agent;
}
