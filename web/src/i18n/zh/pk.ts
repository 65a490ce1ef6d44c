import type { pk as english } from '../en/pk';

export const pk: Record<keyof typeof english, string> = {
  'pk.title': 'PK',
  'pk.region': 'PK 对战',
  'pk.hint': '与另一位正在直播的主播对战，双方观众都会看到两人同屏。',
  'pk.challenge': '发起 PK',
  'pk.ask': '挑战',
  'pk.duration': '时长',
  'pk.minutes': '{n} 分钟',
  'pk.nobody': '目前没有其他频道在直播。',
  'pk.made': '等待“{title}”回应…',
  'pk.got': '“{title}”向你发起 {n} 分钟的 PK。',
  'pk.giveUp': '认输并结束 PK',
  'pk.giveUpText': '无论比分如何，对方获胜。',
  'pk.starting': '即将开始…',
  'pk.failed': 'PK 未能开始',
  'pk.draw': '平局',
  'pk.won': '{name} 获胜',
  'pk.leads': '领先 {n}',
  'pk.with': '与 {names}',
};
