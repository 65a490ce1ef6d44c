/** The server, as the user who is signed in here. */
import { Lianmai } from '@lianmai/client';
import { watch } from 'vue';
import { expireSession, session, visit } from './session';

export const lianmai = new Lianmai({
  token: (why) => {
    if (visit.value) return visit.value.token();
    const token = session.value?.token ?? '';
    // There is no other: these pages have no backend of an app behind them that could mint one.
    if (why === 'refused') expireSession(token);
    return token;
  },
});

/** Its API; every call throws LianmaiError. */
export const { api, admin } = lianmai;

// Another token of the same user is asked for when it is needed.
watch(
  () => session.value?.user.id,
  (userId) => {
    lianmai.switchUser();
    if (userId) lianmai.im.open();
  },
  { immediate: true },
);
