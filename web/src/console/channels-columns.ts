import type { DataTableColumns } from 'naive-ui';
import { h } from 'vue';
import type { ChannelView } from '../contracts';
import { count, t } from '../i18n';
import SourceDot from '../ui/SourceDot.vue';
import UserAvatar from '../ui/UserAvatar.vue';

/** What the list of channels tells of each. */
export function channelColumns(): DataTableColumns<ChannelView> {
  return [
    {
      key: 'title',
      title: t('channels.channel'),
      render: ({ title, ownerId }) =>
        h('div', { class: 'row' }, [
          h(UserAvatar, { userId: ownerId, name: ownerId, size: 28 }),
          h('div', { class: 'grow' }, [
            h('strong', { class: 'clip', style: 'display: block' }, title),
            h('span', { class: 't3 f12' }, ownerId),
          ]),
        ]),
    },
    {
      key: 'source',
      title: t('channels.source'),
      width: 150,
      render: ({ source }) => h(SourceDot, { source }),
    },
    {
      key: 'trouble',
      title: t('channels.trouble'),
      width: 190,
      render: (channel) => troublesOf(channel).map((text) => h('span', { class: 'chip warn' }, text)),
    },
    {
      key: 'viewers',
      title: t('channels.viewers'),
      width: 110,
      align: 'right',
      render: ({ source, viewers }) => h('span', { class: 'num' }, source === 'none' ? '–' : count(viewers)),
    },
  ];
}

/** What an operator would want to look at. */
export function troublesOf({ suspendedAt, relay, hostStream }: ChannelView): string[] {
  return [
    ...(suspendedAt ? [t('channels.suspended')] : []),
    ...(relay?.state === 'retrying' ? [t('channels.relayFails')] : []),
    ...(hostStream?.warnings.includes('long_gop') ? [t('channels.longGop')] : []),
  ];
}
