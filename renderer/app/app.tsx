// The whole window: providers, and a last net under a screen that fails.
import './tokens.css'; // first, since it orders the cascade layers
import './base.css';
import { Component, type ReactNode } from 'react';
import type { Backend } from '../data/backend.ts';
import { BackendContext } from '../data/hooks.ts';
import { Button } from '../ui/kit.tsx';
import { ErrorCard } from '../ui/show.tsx';
import { toErrorInfo } from '../../preload/contract/sluice-error.ts';
import { PreferencesProvider, useTexts } from './preferences.tsx';
import { Shell } from './shell.tsx';

export function App({ backend }: { readonly backend: Backend }) {
  return <BackendContext value={backend}><PreferencesProvider><Net><Shell /></Net></PreferencesProvider></BackendContext>;
}

class Net extends Component<{ readonly children: ReactNode }, { readonly thrown: unknown }> {
  override state: { readonly thrown: unknown } = { thrown: null };

  static getDerivedStateFromError(thrown: unknown): { readonly thrown: unknown } {
    return { thrown };
  }

  override render(): ReactNode {
    return this.state.thrown === null ? this.props.children : <Fallen thrown={this.state.thrown} />;
  }
}

function Fallen({ thrown }: { readonly thrown: unknown }) {
  const texts = useTexts();
  return <main style={{ padding: 24, display: 'grid', gap: 12 }}><h1>{texts.error.screen}</h1><p>{texts.error.screenBody}</p><ErrorCard error={toErrorInfo(thrown)} /><div><Button onPress={() => location.reload()}>{texts.error.reload}</Button></div></main>;
}
