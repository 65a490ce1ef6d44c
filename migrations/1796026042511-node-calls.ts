import type { MigrationInterface, QueryRunner } from 'typeorm';

export class NodeCalls1796026042511 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "write_probes" ("at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_694855282b6c0fd177666f8c5b8" PRIMARY KEY ("at"))`,
    );
    await runner.query(`ALTER TABLE "media_nodes" ADD "last_sent_at" TIMESTAMP WITH TIME ZONE`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "media_nodes" DROP COLUMN "last_sent_at"`);
    await runner.query(`DROP TABLE "write_probes"`);
  }
}
