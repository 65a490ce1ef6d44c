import type { conferences as english } from '../en/conferences';

export const conferences: Record<keyof typeof english, string> = {
  'conferences.title': '会议',
  'conferences.hint': '不入会也能观看：有第一位观众请求时会议就会开播。',
  'conferences.empty': '你没有会议。如果知道会议号，可以在这里输入。',
  'conferences.number': '会议号',
  'conferences.people': '{n} 人在会',
  'conferences.ended': '已结束',
  'conferences.starting': '正在开播…',
  'conferences.over': '已停播。',
  'conferences.again': '重新观看',
};
