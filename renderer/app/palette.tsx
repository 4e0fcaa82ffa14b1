// Ctrl/Cmd+K: pages, syncs, servers and commands in one list.
import { useMemo } from 'react';
import { Autocomplete, Input, ListBox, ListBoxItem, Modal, ModalOverlay, Dialog, TextField, useFilter } from 'react-aria-components';
import { useTopic } from '../data/hooks.ts';
import ui from '../ui/ui.module.css';
import { usePreferences } from './preferences.tsx';
import { navigate } from './router.ts';
import css from './shell.module.css';

export interface Command { readonly id: string; readonly text: string; readonly act: () => void }

export function Palette({ commands, onClose }: { readonly commands: readonly Command[]; readonly onClose: () => void }) {
  const { texts } = usePreferences();
  const syncs = useTopic('syncs.watch', {}).value;
  const servers = useTopic('servers.watch', {}).value;
  const pipelines = useTopic('pipelines.watch', {}).value;
  const clusters = useTopic('clusters.watch', {}).value;
  const { contains } = useFilter({ sensitivity: 'base' });
  const items = useMemo(() => [
    ...(['home', 'syncs', 'trees', 'servers', 'pipelines', 'cluster', 'activity', 'settings'] as const).map((page) => ({ id: `page-${page}`, text: texts.nav[page], group: texts.palette.pages, act: () => navigate(`/${page}`) })),
    ...(syncs ?? []).map((sync) => ({ id: `sync-${sync.id}`, text: sync.name, group: texts.palette.syncs, act: () => navigate(`/syncs/${sync.id}/plan`) })),
    ...(servers ?? []).map((server) => ({ id: `server-${server.id}`, text: server.name, group: texts.palette.servers, act: () => navigate(`/servers/${server.id}`) })),
    ...(pipelines ?? []).map((pipeline) => ({ id: `pipeline-${pipeline.id}`, text: pipeline.name, group: texts.palette.pipelines, act: () => navigate(`/pipelines/${pipeline.id}`) })),
    ...(clusters ?? []).map((cluster) => ({ id: `cluster-${cluster.id}`, text: cluster.name, group: texts.palette.clusters, act: () => navigate(`/cluster/${cluster.id}`) })),
    ...commands.map((command) => ({ ...command, group: texts.palette.commands })),
  ], [texts, syncs, servers, pipelines, clusters, commands]);
  return (
    <ModalOverlay isOpen isDismissable onOpenChange={(open) => { if (!open) onClose(); }} className={ui['overlay'] ?? ''}>
      <Modal className={ui['modal'] ?? ''}>
        <Dialog className={ui['dialog'] ?? ''} aria-label={texts.palette.title}>
          <Autocomplete filter={contains}>
            <TextField aria-label={texts.palette.placeholder} autoFocus><Input className={css['paletteInput'] ?? ''} placeholder={texts.palette.placeholder} /></TextField>
            <div className={css['paletteList']} tabIndex={0} role="group" aria-label={texts.palette.title}>
            <ListBox aria-label={texts.palette.title} items={items} onAction={(key) => { onClose(); items.find((item) => item.id === key)?.act(); }} renderEmptyState={() => <p className={css['paletteItem']}>{texts.palette.empty}</p>}>
              {(item) => <ListBoxItem id={item.id} textValue={item.text} className={css['paletteItem'] ?? ''}>{item.text}<small>{item.group}</small></ListBoxItem>}
            </ListBox>
            </div>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
