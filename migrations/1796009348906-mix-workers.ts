import type { MigrationInterface, QueryRunner } from 'typeorm';

export class MixWorkers1796009348906 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "mix_workers" ("presence" integer NOT NULL, "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_e2296c997a202e0b25ce59d7b49" PRIMARY KEY ("presence"))`,
    );
    await runner.query(`ALTER TABLE "mix_tasks" ADD "worker" integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "mix_tasks" DROP COLUMN "worker"`);
    await runner.query(`DROP TABLE "mix_workers"`);
  }
}
