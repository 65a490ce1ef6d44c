import { onScopeDispose } from 'vue';
import { lianmai } from '../app/lianmai';
import { follow } from '../app/readable';

/** A channel's room: who is here, what is on the air, and the chat. */
export function useRoom(channelId: string) {
  const room = lianmai.room(channelId);
  onScopeDispose(() => room.leave());
  return {
    room,
    online: follow(room.online),
    onlineCount: follow(room.onlineCount),
    likes: follow(room.likes),
    source: follow(room.source),
    joined: follow(room.joined),
    problem: follow(room.problem),
    mute: follow(room.mute),
    messages: follow(room.chat.messages),
    send: (text: string) => room.chat.send(text),
  };
}

export type Room = ReturnType<typeof useRoom>;
