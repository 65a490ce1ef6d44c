import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Sharing1796250000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "channels" ADD "access" text NOT NULL DEFAULT 'open'`);
    await runner.query(`ALTER TABLE "channels" ADD "share_code" text`);
    await runner.query(`ALTER TABLE "channels" ADD "share_code_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(`ALTER TABLE "channels" ADD "visit_generation" integer NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "channels" ADD "likes" bigint NOT NULL DEFAULT '0'`);
    await runner.query(`ALTER TABLE "channels" ADD "likes_told_at" TIMESTAMP WITH TIME ZONE`);
    await runner.query(
      `ALTER TABLE "channels" ADD CONSTRAINT "channels_access" CHECK (access IN ('open', 'members'))`,
    );
    await runner.query(
      `ALTER TABLE "channels" ADD CONSTRAINT "channels_share_code" CHECK ((share_code IS NULL) = (share_code_at IS NULL))`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "channels_shared" ON "channels"  ("share_code") WHERE share_code IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "public"."channels_shared"`);
    await runner.query(`ALTER TABLE "channels" DROP CONSTRAINT "channels_share_code"`);
    await runner.query(`ALTER TABLE "channels" DROP CONSTRAINT "channels_access"`);
    for (const column of [
      'likes_told_at',
      'likes',
      'visit_generation',
      'share_code_at',
      'share_code',
      'access',
    ]) {
      await runner.query(`ALTER TABLE "channels" DROP COLUMN "${column}"`);
    }
  }
}
