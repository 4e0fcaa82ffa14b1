// The frame: rail, title row, page, status bar; banners when the app or its engine is away.
import { Activity, ChevronLeft, ChevronRight, FolderSync, Home, Network, Search, Server, Settings, Workflow } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useBackend, useBackendState, useCall, useQuery, useTopic } from '../data/hooks.ts';
import { Button, IconButton } from '../ui/kit.tsx';
import { announce } from '../ui/live.ts';
import { Banner, ErrorCard, State, type Tone } from '../ui/show.tsx';
import { CheatSheet } from './cheat-sheet.tsx';
import { Logo } from './logo.tsx';
import { Palette, type Command } from './palette.tsx';
import { usePreferences } from './preferences.tsx';
import { navigate, useRoute } from './router.ts';
import { crumbsOf, screenOf, sectionOf, type Section } from './routes.tsx';
import { keyLabel, useShortcut } from './shortcuts.ts';
import css from './shell.module.css';

const RAIL: readonly (readonly [Section, typeof Home])[] = [['home', Home], ['syncs', FolderSync], ['servers', Server], ['pipelines', Workflow], ['cluster', Network], ['activity', Activity], ['settings', Settings]];

export function Shell() {
  const { texts, dark, locale, settings } = usePreferences();
  const parts = useRoute();
  const section = sectionOf(parts);
  const { run: change } = useCall('settings.change');
  const { run: quit, error: quitError } = useCall('app.quit');
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null);
  const state = useBackendState();
  const syncs = useTopic('syncs.watch', {}).value;
  const servers = useTopic('servers.watch', {}).value;
  const clusters = useTopic('clusters.watch', {}).value;
  const pipelines = useTopic('pipelines.watch', {}).value;
  const activity = useTopic('activity.watch', {}).value;
  const needs = (activity ?? []).filter((item) => item.problem && !item.seen).length;
  const runId = parts[0] === 'runs' ? parts[1] : undefined;
  const runs = useQuery('runs.list', runId ? { syncId: null, offset: 0, limit: 200 } : null, runId);
  const names = (id: string): string => syncs?.find((item) => item.id === id)?.name ?? servers?.find((item) => item.id === id)?.name ?? clusters?.find((item) => item.id === id)?.name ?? pipelines?.find((item) => item.id === id)?.name ?? runs.value?.runs.find((run) => run.id === id)?.syncName ?? '…';
  const crumbs = crumbsOf(parts, texts, names);
  const here = crumbs.at(-1)?.text ?? '';
  const page = useRef<HTMLElement>(null);
  const lastPage = useRef(parts.slice(0, 2).join('/'));

  useEffect(() => { document.title = `${here} – Sluice`; }, [here]);
  const pageKey = parts.slice(0, 2).join('/');
  useEffect(() => {
    if (lastPage.current === pageKey) return;
    lastPage.current = pageKey;
    announce(texts.shell.navigated(here));
    if (document.activeElement === document.body) page.current?.focus();
  }, [pageKey, here, texts]);

  const commands = useMemo((): readonly Command[] => [
    { id: 'new', text: texts.commands.newSync, act: () => navigate('/trees') },
    { id: 'server', text: texts.commands.addServer, act: () => navigate('/servers/new') },
    { id: 'theme', text: texts.commands.theme, act: () => void change({ theme: dark ? 'light' : 'dark' }) },
    { id: 'language', text: texts.commands.language, act: () => void change({ language: locale === 'en' ? 'zh-CN' : 'en' }) },
    { id: 'density', text: texts.commands.density, act: () => void change({ density: settings.density === 'compact' ? 'comfortable' : 'compact' }) },
    { id: 'keys', text: texts.commands.cheatSheet, act: () => setOpen('keys') },
    { id: 'quit', text: texts.commands.quit, act: () => void quit({}) },
  ], [texts, dark, locale, settings.density, change, quit]);

  useShortcut('mod+k', () => setOpen('palette'));
  useShortcut('?', () => setOpen('keys'));
  useShortcut('mod+n', () => navigate('/trees'));
  useShortcut('mod+shift+n', () => navigate('/trees'));
  useShortcut('mod+1', () => navigate('/home'));
  useShortcut('mod+2', () => navigate('/syncs'));
  useShortcut('mod+3', () => navigate('/servers'));
  useShortcut('mod+4', () => navigate('/pipelines'));
  useShortcut('mod+5', () => navigate('/cluster'));
  useShortcut('mod+6', () => navigate('/activity'));
  useShortcut('mod+7', () => navigate('/settings'));
  useShortcut('alt+arrowleft', () => history.back());
  useShortcut('alt+arrowright', () => history.forward());

  return (
    <div className={css['shell']}>
      <a className={css['skip']} href="#main" onClick={(event) => { event.preventDefault(); page.current?.focus(); }}>{texts.nav.skip}</a>
      <nav className={css['rail']} aria-label={texts.nav.main}>
        <div className={css['brand']}><Logo /><span>Sluice</span></div>
        {RAIL.map(([name, Icon]) => (
          <RailLink key={name} name={name} here={section === name} grow={name === 'settings'}><Icon size={16} aria-hidden /><span>{texts.nav[name]}</span>{name === 'home' && needs > 0 ? <span className={css['badge']}>{needs}</span> : null}</RailLink>
        ))}
      </nav>
      <header className={css['title']}>
        <IconButton label={texts.common.back} onPress={() => history.back()}><ChevronLeft size={16} aria-hidden /></IconButton>
        <IconButton label={texts.common.forward} onPress={() => history.forward()}><ChevronRight size={16} aria-hidden /></IconButton>
        <nav aria-label={texts.nav.breadcrumb} style={{ minWidth: 0, marginRight: 'auto' }}>
          <ol className={css['crumbs']}>
            {crumbs.map((crumb, index) => <li key={crumb.text}>{index > 0 ? <ChevronRight size={12} aria-hidden /> : null}{crumb.to === null ? <h1 aria-current="page">{crumb.text}</h1> : <a href={`#${crumb.to}`}>{crumb.text}</a>}</li>)}
          </ol>
        </nav>
        <Button className={css['search'] ?? ''} onPress={() => setOpen('palette')}><Search size={14} aria-hidden />{texts.shell.search}<kbd>{keyLabel('mod+k')}</kbd></Button>
      </header>
      <main ref={page} id="main" tabIndex={-1} className={css['page']}>
        <div className={css['banners']}><Trouble />{quitError ? <ErrorCard error={quitError} /> : null}</div>
        <div className={css['content']} data-old={state === 'lost' || state === 'refused' || undefined}>{screenOf(parts)}</div>
      </main>
      <StatusBar />
      {open === 'palette' ? <Palette commands={commands} onClose={() => setOpen(null)} /> : null}
      {open === 'keys' ? <CheatSheet onClose={() => setOpen(null)} /> : null}
    </div>
  );
}

function RailLink({ name, here, grow, children }: { readonly name: Section; readonly here: boolean; readonly grow: boolean; readonly children: React.ReactNode }) {
  return <>{grow ? <span className={css['grow']} /> : null}<a href={`#/${name}`} aria-current={here ? 'page' : undefined}>{children}</a></>;
}

/** The connection lost, or an engine away: said where it cannot be missed. */
function Trouble() {
  const { texts } = usePreferences();
  const backend = useBackend();
  const state = useBackendState();
  const status = useTopic('app.status', {}).value;
  const [now, setNow] = useState(Date.now);
  const engine = status?.engines.find((candidate) => candidate.state === 'restarting' || candidate.state === 'failed');
  const ticking = engine?.state === 'restarting';
  useEffect(() => {
    if (!ticking) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [ticking]);
  if (state === 'refused') return <Banner bad title={texts.shell.gateClosed} />;
  if (state === 'lost') return <Banner title={texts.shell.lost} text={texts.shell.reconnecting}><Button onPress={backend.reconnect}>{texts.shell.reconnect}</Button></Banner>;
  if (engine?.state === 'restarting') return <Banner title={texts.shell.engineRestarting(texts.shell.engine[engine.name], engine.retryAt === null ? 0 : Math.max(0, Math.ceil((engine.retryAt - now) / 1000)))} />;
  if (engine) return engine.error ? <ErrorCard error={engine.error} /> : <Banner bad title={texts.shell.engineFailed(texts.shell.engine[engine.name])} />;
  return null;
}

const ENGINE_TONES: Record<string, Tone> = { ready: 'ok', starting: 'info', degraded: 'warn', restarting: 'warn', failed: 'bad', draining: 'info', stopped: 'idle' };

function StatusBar() {
  const { texts, format } = usePreferences();
  const status = useTopic('app.status', {}).value;
  const runs = useTopic('runs.active', {}).value ?? [];
  const rate = runs.reduce((sum, run) => sum + (run.state === 'running' ? run.progress.rate : 0), 0);
  return (
    <footer className={css['status']} aria-label={texts.shell.status}>
      {(status?.engines ?? []).map((engine) => <span key={engine.name} data-engine={engine.state}><State tone={ENGINE_TONES[engine.state] ?? 'idle'} word={`${texts.shell.engine[engine.name]}: ${texts.shell.engineState[engine.state]}`} /></span>)}
      <span>{texts.shell.jobs(runs.length)}</span>
      {runs.length > 0 ? <span>{format.rate(rate)}</span> : null}
      <span>{status ? `${texts.shell.host[status.host]} · ${status.machine}` : texts.common.loading}</span>
    </footer>
  );
}
