/** The server, as the user who is signed in here. */
import { Lianmai } from '@lianmai/client';
import { watch } from 'vue';
import { expireSession, session } from './session';

export const lianmai = new Lianmai({
  token: (why) => {
    const token = session.value?.token ?? '';
    // There is no other: these pages have no backend of an app behind them that could mint one.
    if (why === 'refused') expireSession(token);
    return token;
  },
});

/** Its API; every call throws LianmaiError. */
export const { api, admin } = lianmai;

watch(
  () => session.value?.token,
  (token) => {
    lianmai.switchUser();
    if (token) lianmai.im.open();
  },
  { immediate: true },
);
