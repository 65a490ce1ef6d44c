import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An API process that serves sockets. A process that has not been seen for a while is dead. */
@Entity('im_instances')
export class ImInstance {
  @PrimaryColumn({ name: 'id', type: 'uuid' })
  id: string;

  @Column({ name: 'seen_at', type: 'timestamptz' })
  seenAt: Date;
}

/** A user who is in the room of a channel, on any number of devices and API processes. */
@Entity('room_presence')
@Check('room_presence_held', `(cardinality(instances) = 0) = ("until" IS NOT NULL)`)
@Index('room_presence_since', ['channelId', 'since'])
@Index('room_presence_until', ['until'], { where: `"until" IS NOT NULL` })
export class PresentUser {
  @PrimaryColumn({ name: 'channel_id', type: 'uuid' })
  channelId: string;

  @PrimaryColumn({ name: 'user_id', type: 'text' })
  userId: string;

  @Column({ name: 'name', type: 'text' })
  name: string;

  @Column({ name: 'since', type: 'timestamptz', default: () => 'now()' })
  since: Date;

  /** Processes that have a connection of the user in this room. */
  @Column({ name: 'instances', type: 'uuid', array: true })
  instances: string[];

  /** All connections of the user are lost: when they count as gone. */
  @Column({ name: 'until', type: 'timestamptz', nullable: true })
  until: Date | null;
}
