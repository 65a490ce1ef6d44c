import type { chat as english } from '../en/chat';

export const chat: Record<keyof typeof english, string> = {
  'chat.title': '聊天',
  'chat.placeholder': '说点什么…',
  'chat.send': '发送',
  'chat.empty': '还没有人说话。',
  'chat.host': '主播',
  'chat.menu': '对 {name} 的操作',
  'chat.mute': '禁言 10 分钟',
  'chat.ban': '封禁',
  'chat.youAreMuted': '主播已将你暂时禁言。',
  'chat.event.on-air': '{name} 上麦了',
  'chat.event.off-air': '{name} 下麦了',
  'chat.event.muted': '{name} 已被禁言',
  'chat.event.banned': '{name} 已被移出房间',
  'room.online': '{n} 人在线',
  'chat.unread': '{n} 条新消息',
  'room.offline': '无法连接服务器，正在重试…',
  'room.noNetwork': '网络已断开，恢复后会自动继续。',
  'room.now': '立即重试',
};
