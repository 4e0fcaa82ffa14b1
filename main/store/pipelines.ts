// The pipelines table: the text of each configuration as it was typed or imported, what of it was deployed, and what came of deploys.
import { z } from 'zod';
import { HistoryEntry, Layout, type EventShown } from '../../preload/contract/pipelines.ts';
import type { Sqlite } from './sqlite.ts';

export interface StoredPipeline {
  readonly id: string;
  readonly name: string;
  /** As it is being edited. */
  readonly text: string;
  readonly agent: string | null;
  /** As it was deployed last; null before the first time. */
  readonly deployed: string | null;
  readonly deployedAgent: string | null;
  readonly deployedAt: number | null;
  readonly layout: Layout;
  /** Runs again at the next start. */
  readonly on: boolean;
}

interface Row {
  readonly id: string; readonly name: string; readonly text: string; readonly agent: string | null; readonly deployed: string | null; readonly deployed_agent: string | null;
  readonly deployed_at: number | null; readonly layout: string; readonly is_on: number;
}

/** Entries that stay of one pipeline, and events that are pinned. */
const KEPT = 200;
const PINS = 50;

const PinRow = z.object({ id: z.string(), at: z.number(), headers: z.record(z.string(), z.string()), body: z.string(), size: z.number() });

function toPipeline(row: Row): StoredPipeline {
  return {
    id: row.id, name: row.name, text: row.text, agent: row.agent, deployed: row.deployed, deployedAgent: row.deployed_agent, deployedAt: row.deployed_at,
    layout: Layout.parse(JSON.parse(row.layout)), on: row.is_on === 1,
  };
}

export class PipelineRows {
  private readonly db: Sqlite;

  constructor(db: Sqlite) {
    this.db = db;
  }

  all(): StoredPipeline[] {
    return this.db.all<Row>('SELECT * FROM pipelines ORDER BY created_at, id').map(toPipeline);
  }

  insert(pipeline: StoredPipeline, createdAt: number): void {
    this.db.run(
      'INSERT INTO pipelines (id, name, text, agent, deployed, deployed_agent, deployed_at, layout, is_on, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      pipeline.id, pipeline.name, pipeline.text, pipeline.agent, pipeline.deployed, pipeline.deployedAgent, pipeline.deployedAt, JSON.stringify(pipeline.layout), pipeline.on ? 1 : 0, createdAt,
    );
  }

  update(pipeline: StoredPipeline): void {
    this.db.run(
      'UPDATE pipelines SET name = ?, text = ?, agent = ?, deployed = ?, deployed_agent = ?, deployed_at = ?, layout = ?, is_on = ? WHERE id = ?',
      pipeline.name, pipeline.text, pipeline.agent, pipeline.deployed, pipeline.deployedAgent, pipeline.deployedAt, JSON.stringify(pipeline.layout), pipeline.on ? 1 : 0, pipeline.id,
    );
  }

  remove(id: string): void {
    this.db.transaction(() => {
      this.db.run('DELETE FROM pipeline_history WHERE pipeline = ?', id);
      this.db.run('DELETE FROM pipeline_pins WHERE pipeline = ?', id);
      this.db.run('DELETE FROM pipelines WHERE id = ?', id);
    });
  }

  /** Newest first. */
  history(pipeline: string, limit: number): HistoryEntry[] {
    return this.db.all<{ readonly entry: string }>('SELECT entry FROM pipeline_history WHERE pipeline = ? ORDER BY at DESC, rowid DESC LIMIT ?', pipeline, limit)
      .map((row) => HistoryEntry.parse(JSON.parse(row.entry)));
  }

  addHistory(pipeline: string, entry: HistoryEntry): void {
    this.db.transaction(() => {
      this.db.run('INSERT INTO pipeline_history (id, pipeline, at, entry) VALUES (?, ?, ?, ?)', entry.id, pipeline, entry.at, JSON.stringify(entry));
      this.db.run('DELETE FROM pipeline_history WHERE pipeline = ? AND rowid NOT IN (SELECT rowid FROM pipeline_history WHERE pipeline = ? ORDER BY at DESC, rowid DESC LIMIT ?)', pipeline, pipeline, KEPT);
    });
  }

  /** Events kept as samples, newest first. */
  pins(pipeline: string): EventShown[] {
    return this.db.all<{ readonly event: string }>('SELECT event FROM pipeline_pins WHERE pipeline = ? ORDER BY rowid DESC', pipeline).map((row) => {
      const pin = PinRow.parse(JSON.parse(row.event));
      return { ...pin, body: new Uint8Array(Buffer.from(pin.body, 'base64')) };
    });
  }

  /** The oldest give way. */
  pin(pipeline: string, event: EventShown): void {
    this.db.transaction(() => {
      this.db.run('INSERT OR REPLACE INTO pipeline_pins (id, pipeline, event) VALUES (?, ?, ?)', event.id, pipeline, JSON.stringify({ ...event, body: Buffer.from(event.body).toString('base64') }));
      this.db.run('DELETE FROM pipeline_pins WHERE pipeline = ? AND rowid NOT IN (SELECT rowid FROM pipeline_pins WHERE pipeline = ? ORDER BY rowid DESC LIMIT ?)', pipeline, pipeline, PINS);
    });
  }

  unpin(pipeline: string, event: string): void {
    this.db.run('DELETE FROM pipeline_pins WHERE pipeline = ? AND id = ?', pipeline, event);
  }
}
