import { Entity, PrimaryColumn } from 'typeorm';

/** What is written only to see whether it can be (WriteCheck). */
@Entity('write_probes')
export class WriteProbe {
  @PrimaryColumn({ name: 'at', type: 'timestamptz' })
  at: Date;
}
