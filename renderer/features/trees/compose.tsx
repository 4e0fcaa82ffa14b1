// The questions between a drop and a preview: how it lands (as a picture, no slashes), deletions, options.
import { ArrowDown, ChevronDown, ChevronRight, Folder, FolderInput } from 'lucide-react';
import { useState } from 'react';
import type { PathShown, SyncOptions } from '../../../preload/contract/domain.ts';
import { useTexts } from '../../app/preferences.tsx';
import { navigate } from '../../app/router.ts';
import { useCall, useTopic } from '../../data/hooks.ts';
import { Button, Field, Radios, Switch } from '../../ui/kit.tsx';
import { ErrorCard, Path, Rich } from '../../ui/show.tsx';
import { childPath } from './tree-model.ts';
import css from './trees.module.css';

export const DEFAULT_OPTIONS: SyncOptions = {
  layout: 'inside', delete: false, checksum: false, update: false, links: true, perms: true, times: true, owner: false, group: false, devices: false,
  compress: false, wholeFile: false, inplace: false, partial: false, filters: [],
};

const SWITCHES = ['checksum', 'update', 'compress', 'wholeFile', 'inplace', 'partial', 'links', 'perms', 'times', 'owner', 'group', 'devices'] as const;

export function OptionSwitches({ options, onChange }: { readonly options: SyncOptions; readonly onChange: (options: SyncOptions) => void }) {
  const texts = useTexts();
  const [filters, setFilters] = useState(options.filters.join('\n'));
  return (
    <div className={css['disclosure']}>
      <div className={css['options']}>
        {SWITCHES.map((key) => <Switch key={key} selected={options[key]} onChange={(value) => onChange({ ...options, [key]: value })}>{texts.compose[key]}</Switch>)}
      </div>
      <Field label={texts.compose.filters} hint={texts.compose.filtersHint} lines={3} mono value={filters} onChange={(text) => { setFilters(text); onChange({ ...options, filters: text.split('\n').map((line) => line.trim()).filter((line) => line !== '') }); }} />
    </div>
  );
}

export function Compose({ source, target, onClose }: { readonly source: PathShown; readonly target: PathShown; readonly onClose: () => void }) {
  const texts = useTexts();
  const servers = useTopic('servers.watch', {}).value ?? [];
  const [options, setOptions] = useState<SyncOptions>(DEFAULT_OPTIONS);
  const [more, setMore] = useState(false);
  const create = useCall('syncs.create');
  const plan = useCall('plans.create');
  const placeName = (place: string): string => (place === 'local' ? texts.common.thisComputer : servers.find((server) => server.id === place)?.name ?? place);
  const where = (at: PathShown): string => (at.place === 'local' ? at.path : `${placeName(at.place)}:${at.path}`);
  const folder = source.name || source.path;
  const into = target.name || target.path;
  const result = options.layout === 'inside' && source.name !== '' ? childPath(target.path, source.name) : target.path;

  const preview = async (): Promise<void> => {
    const sync = await create.run({ source: source.ref, target: target.ref, options });
    if (!sync) return;
    onClose();
    navigate(`/syncs/${sync.id}/plan`);
    await plan.run({ syncId: sync.id });
  };

  return (
    <div className={css['composeBody']} data-testid="compose">
      <div className={css['picture']}>
        <div className={css['pictureLine']}><Folder size={15} aria-hidden /><Path path={where(source)} /></div>
        <div className={css['pictureLine']}><ArrowDown size={15} aria-hidden /><span /></div>
        <div className={css['pictureLine']}><FolderInput size={15} aria-hidden /><span className={css['result']} data-testid="result">{target.place === 'local' ? '' : `${placeName(target.place)}:`}{options.layout === 'inside' && source.name !== '' ? <>{result.slice(0, -source.name.length)}<b>{source.name}</b></> : <b>{result}</b>}/…</span></div>
      </div>
      <p><Rich text={texts.compose.direction(source.place === target.place ? folder : placeName(source.place), source.place === target.place ? into : placeName(target.place))} /></p>
      <Radios label={texts.compose.layout} value={options.layout} options={[['inside', texts.compose.inside(folder, into)], ['contents', texts.compose.contents(folder, into)]]} onChange={(layout) => setOptions({ ...options, layout })} />
      <Switch selected={options.delete} onChange={(value) => setOptions({ ...options, delete: value })}>{texts.compose.delete}</Switch>
      <div className={css['disclosure']}>
        <div><Button look="quiet" aria-expanded={more} onPress={() => setMore(!more)}>{more ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}{texts.compose.options}</Button></div>
        {more ? <OptionSwitches options={options} onChange={setOptions} /> : null}
      </div>
      {create.error ? <ErrorCard error={create.error} /> : null}
      <div className={css['foot']}>
        <Button onPress={onClose}>{texts.common.cancel}</Button>
        <Button look="primary" autoFocus isDisabled={create.busy} onPress={() => void preview()}>{texts.compose.preview}</Button>
      </div>
    </div>
  );
}
