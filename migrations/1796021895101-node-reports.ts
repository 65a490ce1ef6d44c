import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NodeReports1796021895101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE "media_nodes" ADD "last_sent_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT 'epoch'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "media_nodes" DROP COLUMN "last_sent_at"`);
  }
}
