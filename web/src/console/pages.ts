/** The pages of the console, in the order of its sidebar. */
import { KeyRound, List, Server, Tv, Webhook } from '@lucide/vue';
import type { FunctionalComponent } from 'vue';
import type { TextKey } from '../i18n/en';

export interface ConsolePage {
  name: string;
  path: string;
  title: TextKey;
  icon: FunctionalComponent;
  /** Pressed after G. */
  key: string;
}

export const consolePages: ConsolePage[] = [
  { name: 'channels', path: '/console/channels', title: 'console.channels', icon: Tv, key: 'c' },
  { name: 'nodes', path: '/console/nodes', title: 'console.nodes', icon: Server, key: 'n' },
  { name: 'webhooks', path: '/console/webhooks', title: 'console.webhooks', icon: Webhook, key: 'h' },
  { name: 'keys', path: '/console/keys', title: 'console.keys', icon: KeyRound, key: 'k' },
  { name: 'audit', path: '/console/audit', title: 'console.audit', icon: List, key: 'a' },
];
