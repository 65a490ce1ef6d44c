import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A process that takes mix tasks: what it has, and when it last said that it is there. */
@Entity('mix_workers')
export class MixWorker {
  /** Its LastingConnection's. */
  @PrimaryColumn({ name: 'presence', type: 'integer' })
  presence: number;

  /** Tasks that it takes at a time, however little they cost. */
  @Column({ name: 'slots', type: 'integer', default: 0 })
  slots: number;

  @Column({ name: 'seen_at', type: 'timestamptz' })
  seenAt: Date;

  /** Name of its machine. */
  @Column({ name: 'host', type: 'text', default: '' })
  host: string;

  /** CPU cores that its mixes may take; 0: it hasn't said. */
  @Column({ name: 'cores', type: 'double precision', default: 0 })
  cores: number;

  /** What its mixes cost against the model. */
  @Column({ name: 'factor', type: 'double precision', default: 1 })
  factor: number;
}
