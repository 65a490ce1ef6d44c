import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A process that takes mix tasks, and when it last said so. */
@Entity('mix_workers')
export class MixWorker {
  /** Its LastingConnection's. */
  @PrimaryColumn({ name: 'presence', type: 'integer' })
  presence: number;

  @Column({ name: 'seen_at', type: 'timestamptz' })
  seenAt: Date;
}
