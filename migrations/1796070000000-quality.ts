import type { MigrationInterface, QueryRunner } from 'typeorm';

const SOURCES = `('none', 'host', 'mix')`;

export class Quality1796070000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" ADD "source_version" integer NOT NULL DEFAULT '0'`);
    await runner.query(
      `CREATE TABLE "hand_overs" ("channel_id" uuid NOT NULL, "source_version" integer NOT NULL, "at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "from_source" text NOT NULL, "to_source" text NOT NULL, "gap_counts" jsonb NOT NULL DEFAULT '{}', "gap_max" integer NOT NULL DEFAULT '0', CONSTRAINT "hand_overs_sources" CHECK (from_source IN ${SOURCES} AND to_source IN ${SOURCES}), CONSTRAINT "PK_hand_overs" PRIMARY KEY ("channel_id", "source_version"))`,
    );
    await runner.query(`CREATE INDEX "hand_overs_at" ON "hand_overs" ("at") `);
    await runner.query(
      `CREATE TABLE "quality_minutes" ("channel_id" uuid NOT NULL, "minute" TIMESTAMP WITH TIME ZONE NOT NULL, "reports" integer NOT NULL, "played_ms" bigint NOT NULL, "stalls" integer NOT NULL, "stalled_ms" bigint NOT NULL, "start_counts" jsonb NOT NULL, "start_max" integer NOT NULL, "latency_counts" jsonb NOT NULL, "latency_max" integer NOT NULL, "protocols" jsonb NOT NULL, CONSTRAINT "PK_quality_minutes" PRIMARY KEY ("channel_id", "minute"))`,
    );
    await runner.query(`CREATE INDEX "quality_minutes_minute" ON "quality_minutes" ("minute") `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE "quality_minutes"`);
    await runner.query(`DROP TABLE "hand_overs"`);
    await runner.query(`ALTER TABLE "channels" DROP COLUMN "source_version"`);
  }
}
