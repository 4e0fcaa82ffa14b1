// What a Flume agent says of itself at /metrics.

/** "SOURCE.r1" -> counter -> text. A component that keeps no counters is not there. */
export async function flumeMetrics(url: string): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
  const answer = await fetch(url);
  return (await answer.json()) as Record<string, Record<string, string>>;
}
