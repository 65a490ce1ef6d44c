import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A process that takes mix tasks, and when it last said so. */
@Entity('mix_workers')
export class MixWorker {
  /** Its LastingConnection's. */
  @PrimaryColumn({ name: 'presence', type: 'integer' })
  presence: number;

  /** Tasks that it takes at a time. */
  @Column({ name: 'slots', type: 'integer', default: 0 })
  slots: number;

  @Column({ name: 'seen_at', type: 'timestamptz' })
  seenAt: Date;
}
