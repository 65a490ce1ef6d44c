/** English texts by feature; `{name}` is filled in. zh/ has the same keys. */
import { app } from './app';
import { devices } from './devices';
import { errors } from './errors';
import { channels } from './channels';
import { studio } from './studio';
import { watch } from './watch';
import { call } from './call';
import { chat } from './chat';
import { home } from './home';
import { pk } from './pk';
import { conferences } from './conferences';
import { console } from './console';

export const en = {
  ...app,
  ...devices,
  ...errors,
  ...channels,
  ...studio,
  ...watch,
  ...call,
  ...chat,
  ...pk,
  ...home,
  ...conferences,
  ...console,
};

export type TextKey = keyof typeof en;
export type Dictionary = Record<TextKey, string>;
