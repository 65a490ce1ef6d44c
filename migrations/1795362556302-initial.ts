import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Initial1795362556302 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE "login_codes" ("code_hash" text NOT NULL, "user_id" text NOT NULL, "name" text NOT NULL, "role" text NOT NULL, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "login_codes_role" CHECK (role IN ('user', 'admin')), CONSTRAINT "PK_7869623b464d15ba8325fae3506" PRIMARY KEY ("code_hash"))`,
    );
    await runner.query(
      `CREATE TABLE "bypass_lives" ("id" uuid NOT NULL, "conference_id" uuid NOT NULL, "channel_id" uuid NOT NULL, "owner_id" text NOT NULL, "state" text NOT NULL DEFAULT 'idle', "enabled" boolean NOT NULL DEFAULT true, "audience" text, "allowed" text array NOT NULL DEFAULT '{}', "mix_task_id" uuid, "started_at" TIMESTAMP WITH TIME ZONE, "live_at" TIMESTAMP WITH TIME ZONE, "lease_until" TIMESTAMP WITH TIME ZONE, "draining_at" TIMESTAMP WITH TIME ZONE, "ended_at" TIMESTAMP WITH TIME ZONE, "reason" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "bypass_lives_draining" CHECK ((state = 'draining') = (draining_at IS NOT NULL)), CONSTRAINT "bypass_lives_started" CHECK (state = 'idle' OR started_at IS NOT NULL), CONSTRAINT "bypass_lives_audience" CHECK (audience IN ('open', 'allowed')), CONSTRAINT "bypass_lives_state" CHECK (state IN ('idle', 'starting', 'live', 'draining')), CONSTRAINT "PK_d452cad4e8de238ba94550e954b" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE UNIQUE INDEX "bypass_lives_conference" ON "bypass_lives"  ("conference_id") `);
    await runner.query(`CREATE UNIQUE INDEX "bypass_lives_channel" ON "bypass_lives"  ("channel_id") `);
    await runner.query(`CREATE INDEX "bypass_lives_mix_task" ON "bypass_lives"  ("mix_task_id") `);
    await runner.query(
      `CREATE INDEX "bypass_lives_unfinished" ON "bypass_lives"  ("started_at") WHERE state <> 'idle' OR mix_task_id IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX "bypass_lives_owner" ON "bypass_lives"  ("owner_id", "created_at") `);
    await runner.query(`CREATE INDEX "bypass_lives_newest" ON "bypass_lives"  ("created_at", "id") `);
    await runner.query(
      `CREATE TABLE "bypass_watchers" ("bypass_live_id" uuid NOT NULL, "user_id" text NOT NULL, CONSTRAINT "PK_828470d680b7d6a7110e45bce42" PRIMARY KEY ("bypass_live_id", "user_id"))`,
    );
    await runner.query(
      `CREATE TABLE "invitations" ("id" uuid NOT NULL, "channel_id" uuid NOT NULL, "kind" character varying(16) NOT NULL, "state" character varying(16) NOT NULL, "user_id" character varying(128) NOT NULL, "user_name" text NOT NULL, "host_id" character varying(128) NOT NULL, "seat" smallint, "to_channel_id" uuid, "duration_ms" integer, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "invitations_state" CHECK ("state" IN ('pending', 'accepted', 'rejected', 'cancelled', 'expired')), CONSTRAINT "invitations_seat" CHECK ("seat" BETWEEN 1 AND 15), CONSTRAINT "invitations_pk_channels" CHECK ("to_channel_id" <> "channel_id"), CONSTRAINT "invitations_pk" CHECK (("kind" = 'pk') = ("to_channel_id" IS NOT NULL) AND ("kind" = 'pk') = ("duration_ms" IS NOT NULL)), CONSTRAINT "invitations_kind" CHECK ("kind" IN ('invite', 'apply', 'pk')), CONSTRAINT "PK_5dec98cfdfd562e4ad3648bbb07" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE INDEX "invitations_by_other_channel" ON "invitations"  ("to_channel_id") WHERE "to_channel_id" IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX "invitations_due" ON "invitations"  ("expires_at") WHERE "state" = 'pending'`,
    );
    await runner.query(
      `CREATE INDEX "invitations_by_channel" ON "invitations"  ("channel_id", "created_at") `,
    );
    await runner.query(
      `CREATE INDEX "invitations_queue" ON "invitations"  ("channel_id", "created_at", "id") WHERE "state" = 'pending' AND "kind" = 'apply'`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "invitations_one_invite" ON "invitations"  ("user_id") WHERE "state" = 'pending' AND "kind" = 'invite'`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "invitations_one_challenge_to" ON "invitations"  ("to_channel_id") WHERE "state" = 'pending' AND "kind" = 'pk'`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "invitations_one_challenge_from" ON "invitations"  ("channel_id") WHERE "state" = 'pending' AND "kind" = 'pk'`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "invitations_one_pending" ON "invitations"  ("channel_id", "user_id") WHERE "state" = 'pending' AND "kind" <> 'pk'`,
    );
    await runner.query(
      `CREATE TABLE "co_host_sessions" ("id" uuid NOT NULL, "channel_id" uuid NOT NULL, "conference_id" uuid NOT NULL, "paired_with" uuid, "home_conference_id" uuid, "ends_with_pair" boolean NOT NULL DEFAULT false, "mix_task_id" uuid, "mixing_mode" character varying(8) NOT NULL DEFAULT 'server', "channel_mode" character varying(8) NOT NULL DEFAULT 'server', "mix_lost_at" TIMESTAMP WITH TIME ZONE, "host_id" character varying(128) NOT NULL, "state" character varying(16) NOT NULL, "layout" jsonb NOT NULL, "output" jsonb, "seat_limit" smallint NOT NULL, "locked_seats" smallint array NOT NULL DEFAULT '{}', "reason" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "live_at" TIMESTAMP WITH TIME ZONE, "ending_at" TIMESTAMP WITH TIME ZONE, "returned_at" TIMESTAMP WITH TIME ZONE, "ended_at" TIMESTAMP WITH TIME ZONE, "cleaned_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "co_host_sessions_ended" CHECK (("state" IN ('ended', 'failed')) = ("ended_at" IS NOT NULL)), CONSTRAINT "co_host_sessions_pair" CHECK ("paired_with" <> "id"), CONSTRAINT "co_host_sessions_modes" CHECK ("mixing_mode" IN ('server', 'client') AND "channel_mode" IN ('server', 'client')), CONSTRAINT "co_host_sessions_seat_limit" CHECK ("seat_limit" BETWEEN 2 AND 16), CONSTRAINT "co_host_sessions_state" CHECK ("state" IN ('connecting', 'live', 'ending', 'ended', 'failed')), CONSTRAINT "PK_52f999afa8270c889869f8e34cd" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE INDEX "co_host_sessions_unfinished" ON "co_host_sessions"  ("created_at") WHERE "cleaned_at" IS NULL`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "co_host_sessions_one_pair" ON "co_host_sessions"  ("paired_with") WHERE "paired_with" IS NOT NULL`,
    );
    await runner.query(
      `CREATE INDEX "co_host_sessions_by_conference" ON "co_host_sessions"  ("conference_id") `,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "co_host_sessions_one_host" ON "co_host_sessions"  ("host_id") WHERE "state" IN ('connecting', 'live', 'ending')`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "co_host_sessions_one_active" ON "co_host_sessions"  ("channel_id") WHERE "state" IN ('connecting', 'live', 'ending')`,
    );
    await runner.query(
      `CREATE TABLE "co_host_members" ("id" uuid NOT NULL, "session_id" uuid NOT NULL, "user_id" character varying(128) NOT NULL, "name" text NOT NULL, "seat" smallint NOT NULL, "role" character varying(8) NOT NULL, "state" character varying(16) NOT NULL, "audio" boolean NOT NULL DEFAULT true, "video" boolean NOT NULL DEFAULT true, "audio_muted_by_host" boolean NOT NULL DEFAULT false, "video_muted_by_host" boolean NOT NULL DEFAULT false, "turn" integer NOT NULL DEFAULT '1', "seated_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "co_host_members_host" CHECK (("role" = 'host') = ("seat" = 0)), CONSTRAINT "co_host_members_seat" CHECK ("seat" BETWEEN 0 AND 15), CONSTRAINT "co_host_members_state" CHECK ("state" IN ('invited', 'on-air', 'left')), CONSTRAINT "PK_1ee84c0a1e25965b7d19a1648b4" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "co_host_members_one_seat" ON "co_host_members"  ("session_id", "seat") WHERE "state" <> 'left'`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "co_host_members_one_air" ON "co_host_members"  ("user_id") WHERE "state" <> 'left'`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "co_host_members_one_user" ON "co_host_members"  ("session_id", "user_id") `,
    );
    await runner.query(
      `CREATE TABLE "co_host_bans" ("session_id" uuid NOT NULL, "user_id" character varying(128) NOT NULL, "name" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_f7196712e0a8aacd4bd9c49fbe6" PRIMARY KEY ("session_id", "user_id"))`,
    );
    await runner.query(
      `CREATE TABLE "mix_switches" ("id" uuid NOT NULL, "session_id" uuid NOT NULL, "from_mode" character varying(8) NOT NULL, "to_mode" character varying(8) NOT NULL, "from_task_id" uuid NOT NULL, "to_task_id" uuid NOT NULL, "state" character varying(16) NOT NULL, "reason" text NOT NULL, "deadline" TIMESTAMP WITH TIME ZONE NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "ended_at" TIMESTAMP WITH TIME ZONE, "cleaned_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "mix_switches_cleaned" CHECK ("cleaned_at" IS NULL OR "ended_at" IS NOT NULL), CONSTRAINT "mix_switches_ended" CHECK (("state" = 'switching') = ("ended_at" IS NULL)), CONSTRAINT "mix_switches_modes" CHECK ("from_mode" <> "to_mode"), CONSTRAINT "mix_switches_state" CHECK ("state" IN ('switching', 'done', 'rolled_back')), CONSTRAINT "PK_3dd2bc650e4e4a439b52105e373" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE INDEX "mix_switches_by_session" ON "mix_switches"  ("session_id", "created_at") `,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "mix_switches_one_unfinished" ON "mix_switches"  ("session_id") WHERE "cleaned_at" IS NULL`,
    );
    await runner.query(
      `CREATE TABLE "conferences" ("id" uuid NOT NULL, "number" text NOT NULL, "title" text NOT NULL, "owner_id" text NOT NULL, "purpose" text NOT NULL DEFAULT 'meeting', "access" text NOT NULL, "state" text NOT NULL, "node_id" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "ended_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "conferences_state" CHECK ((state = 'open' AND ended_at IS NULL) OR (state = 'ended' AND ended_at IS NOT NULL)), CONSTRAINT "conferences_access" CHECK (access IN ('open', 'members')), CONSTRAINT "conferences_purpose" CHECK (purpose IN ('meeting', 'co-host')), CONSTRAINT "conferences_number" CHECK (number ~ '^[1-9][0-9]{8}$'), CONSTRAINT "PK_d28afb89755d548215ce4e7667b" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE UNIQUE INDEX "conferences_number_unique" ON "conferences"  ("number") `);
    await runner.query(`CREATE INDEX "conferences_node" ON "conferences"  ("node_id") WHERE state = 'open'`);
    await runner.query(`CREATE INDEX "conferences_owner" ON "conferences"  ("owner_id", "created_at") `);
    await runner.query(
      `CREATE TABLE "conference_members" ("conference_id" uuid NOT NULL, "user_id" text NOT NULL, "member_id" uuid NOT NULL, "name" text NOT NULL, "state" text NOT NULL, "left_reason" text, "audio" boolean NOT NULL DEFAULT true, "video" boolean NOT NULL DEFAULT true, "audio_muted_by_host" boolean NOT NULL DEFAULT false, "video_muted_by_host" boolean NOT NULL DEFAULT false, "sending_audio" boolean NOT NULL DEFAULT false, "sending_video" boolean NOT NULL DEFAULT false, "grace_deadline" TIMESTAMP WITH TIME ZONE, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "conference_members_sending" CHECK (state = 'connected' OR NOT (sending_audio OR sending_video)), CONSTRAINT "conference_members_reason" CHECK ((state = 'left') = (left_reason IS NOT NULL)), CONSTRAINT "conference_members_deadline" CHECK ((state = 'joined') = (grace_deadline IS NOT NULL)), CONSTRAINT "conference_members_state" CHECK (state IN ('invited', 'joined', 'connected', 'left')), CONSTRAINT "PK_fe1ad2057ed9ffe4ffa1ee50827" PRIMARY KEY ("conference_id", "user_id"))`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "conference_members_member" ON "conference_members"  ("member_id") `,
    );
    await runner.query(
      `CREATE INDEX "conference_members_grace" ON "conference_members"  ("grace_deadline") WHERE grace_deadline IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX "conference_members_user" ON "conference_members"  ("user_id") `);
    await runner.query(
      `CREATE TABLE "idempotency_keys" ("caller" text NOT NULL, "key" text NOT NULL, "request_hash" text NOT NULL, "claim" uuid, "answer" bytea, "expires_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "idempotency_keys_state" CHECK ((answer IS NULL) = (claim IS NOT NULL)), CONSTRAINT "idempotency_keys_hash" CHECK (request_hash ~ '^[0-9a-f]{64}$'), CONSTRAINT "PK_a661c9488678a6eb48ebb65eb63" PRIMARY KEY ("caller", "key"))`,
    );
    await runner.query(`CREATE INDEX "idempotency_keys_expiry" ON "idempotency_keys"  ("expires_at") `);
    await runner.query(
      `CREATE TABLE "api_keys" ("id" uuid NOT NULL, "name" text NOT NULL, "prefix" text NOT NULL, "key_hash" text NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "last_used_at" TIMESTAMP WITH TIME ZONE, "revoked_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "api_keys_hash" CHECK (key_hash ~ '^[0-9a-f]{64}$'), CONSTRAINT "PK_5c8a79801b44bd27b79228e1dad" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE UNIQUE INDEX "api_keys_hash_unique" ON "api_keys"  ("key_hash") `);
    await runner.query(`CREATE INDEX "api_keys_newest" ON "api_keys"  ("created_at", "id") `);
    await runner.query(
      `CREATE TABLE "audit_log" ("id" uuid NOT NULL, "action" text NOT NULL, "actor_id" text, "actor_name" text, "actor_role" text, "subject_type" text NOT NULL, "subject_id" text NOT NULL, "details" jsonb NOT NULL, "request_id" text, "address" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_07fefa57f7f5ab8fc3f52b3ed0b" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "audit_log_subject" ON "audit_log"  ("subject_type", "subject_id") `);
    await runner.query(`CREATE INDEX "audit_log_newest" ON "audit_log"  ("created_at", "id") `);
    await runner.query(
      `CREATE TABLE "im_instances" ("id" uuid NOT NULL, "seen_at" TIMESTAMP WITH TIME ZONE NOT NULL, CONSTRAINT "PK_6ffd95c88c49f809e39a548dd87" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "room_presence" ("channel_id" uuid NOT NULL, "user_id" text NOT NULL, "name" text NOT NULL, "since" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "instances" uuid array NOT NULL, "until" TIMESTAMP WITH TIME ZONE, CONSTRAINT "room_presence_held" CHECK ((cardinality(instances) = 0) = ("until" IS NOT NULL)), CONSTRAINT "PK_28e8fad56dc993c0a2dff618481" PRIMARY KEY ("channel_id", "user_id"))`,
    );
    await runner.query(
      `CREATE INDEX "room_presence_until" ON "room_presence"  ("until") WHERE "until" IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX "room_presence_since" ON "room_presence"  ("channel_id", "since") `);
    await runner.query(
      `CREATE TABLE "socket_io_attachments" ("id" BIGSERIAL NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "payload" bytea NOT NULL, CONSTRAINT "PK_dc5b76127041ee7cfa4d5f416d1" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "room_restrictions" ("channel_id" uuid NOT NULL, "user_id" character varying(128) NOT NULL, "kind" text NOT NULL, "name" text NOT NULL, "until" TIMESTAMP WITH TIME ZONE, "by_user_id" character varying(128) NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "room_restrictions_mute_ends" CHECK (kind = 'ban' OR "until" IS NOT NULL), CONSTRAINT "room_restrictions_kind" CHECK (kind IN ('mute', 'ban')), CONSTRAINT "PK_cdbd234a2882274f6cf58986a17" PRIMARY KEY ("channel_id", "user_id", "kind"))`,
    );
    await runner.query(
      `CREATE INDEX "room_restrictions_until" ON "room_restrictions"  ("until") WHERE "until" IS NOT NULL`,
    );
    await runner.query(
      `CREATE TABLE "media_nodes" ("id" text NOT NULL, "boot_id" text NOT NULL DEFAULT '', "last_seq" integer NOT NULL DEFAULT '0', "media_url" text NOT NULL DEFAULT '', "rtmp_url" text NOT NULL DEFAULT '', "control_url" text NOT NULL DEFAULT '', "rtmp_port" integer NOT NULL DEFAULT '0', "load" real NOT NULL DEFAULT '0', "channels" integer NOT NULL DEFAULT '0', "conferences" integer NOT NULL DEFAULT '0', "viewers" integer NOT NULL DEFAULT '0', "alive" boolean NOT NULL DEFAULT false, "last_seen_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "media_nodes_last_seq" CHECK (last_seq >= 0), CONSTRAINT "PK_e107c03f77cf5dc660d4e4f4e6f" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE TABLE "chat_rooms" ("channel_id" uuid NOT NULL, "last_seq" integer NOT NULL, CONSTRAINT "PK_d4882d129cbee763a3fcd107e91" PRIMARY KEY ("channel_id"))`,
    );
    await runner.query(
      `CREATE TABLE "chat_messages" ("channel_id" uuid NOT NULL, "seq" integer NOT NULL, "kind" text NOT NULL DEFAULT 'user', "event" text, "user_id" text NOT NULL, "name" text NOT NULL, "text" text NOT NULL, "sent_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "chat_messages_kind" CHECK ((kind = 'user' AND event IS NULL) OR (kind = 'system' AND event IS NOT NULL)), CONSTRAINT "chat_messages_seq" CHECK (seq >= 1), CONSTRAINT "PK_48ad99483f21a4e70e6b45f5871" PRIMARY KEY ("channel_id", "seq"))`,
    );
    await runner.query(
      `CREATE TABLE "webhooks" ("id" uuid NOT NULL, "url" text NOT NULL, "events" text array NOT NULL, "enabled" boolean NOT NULL DEFAULT true, "secret" bytea NOT NULL, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "PK_9e8795cfc899ab7bdaa831e8527" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "webhooks_newest" ON "webhooks"  ("created_at", "id") `);
    await runner.query(
      `CREATE TABLE "webhook_deliveries" ("id" uuid NOT NULL, "webhook_id" uuid NOT NULL, "position" BIGSERIAL NOT NULL, "event_id" uuid NOT NULL, "event_key" text NOT NULL, "type" text NOT NULL, "subject" text NOT NULL, "body" text NOT NULL, "state" text NOT NULL DEFAULT 'pending', "attempts" integer NOT NULL DEFAULT '0', "next_attempt_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "retry_until" TIMESTAMP WITH TIME ZONE NOT NULL, "claimed_until" TIMESTAMP WITH TIME ZONE, "last_status" integer, "last_error" text, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "delivered_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "webhook_deliveries_delivered" CHECK ((state = 'delivered') = (delivered_at IS NOT NULL)), CONSTRAINT "webhook_deliveries_state" CHECK (state IN ('pending', 'delivered', 'dead')), CONSTRAINT "PK_535dd409947fb6d8fc6dfc0112a" PRIMARY KEY ("id"))`,
    );
    await runner.query(
      `CREATE INDEX "webhook_deliveries_newest" ON "webhook_deliveries"  ("webhook_id", "created_at", "id") `,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "webhook_deliveries_once" ON "webhook_deliveries"  ("webhook_id", "event_key") `,
    );
    await runner.query(
      `CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries"  ("next_attempt_at") WHERE state = 'pending'`,
    );
    await runner.query(
      `CREATE INDEX "webhook_deliveries_lane" ON "webhook_deliveries"  ("webhook_id", "subject", "position") WHERE state = 'pending'`,
    );
    await runner.query(
      `CREATE TABLE "mix_tasks" ("id" uuid NOT NULL, "channel_id" uuid NOT NULL, "conference_id" uuid NOT NULL, "owner_id" text NOT NULL, "mode" text NOT NULL, "reason_type" text NOT NULL, "reason_id" text NOT NULL, "layout" jsonb NOT NULL, "output" jsonb NOT NULL, "seats" jsonb NOT NULL, "version" integer NOT NULL DEFAULT '1', "state" text NOT NULL, "applied_version" integer NOT NULL DEFAULT '0', "attempt" integer NOT NULL DEFAULT '0', "setbacks" integer NOT NULL DEFAULT '0', "epoch" integer, "error" text, "statistics" jsonb, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "updated_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "mix_tasks_versions" CHECK (applied_version <= version), CONSTRAINT "mix_tasks_reason" CHECK (reason_type IN ('co-host', 'bypass')), CONSTRAINT "mix_tasks_mode" CHECK (mode IN ('server', 'client')), CONSTRAINT "mix_tasks_state" CHECK (state IN ('queued', 'starting', 'running', 'retrying', 'stopping', 'stopped', 'failed')), CONSTRAINT "PK_964ebf66e9666c939b85ec4d76f" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "mix_tasks_owner" ON "mix_tasks"  ("owner_id", "created_at") `);
    await runner.query(
      `CREATE INDEX "mix_tasks_unfinished" ON "mix_tasks"  ("state") WHERE state NOT IN ('stopped', 'failed')`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX "mix_tasks_one_live" ON "mix_tasks"  ("channel_id", "mode") WHERE state IN ('queued', 'starting', 'running', 'retrying')`,
    );
    await runner.query(
      `CREATE TABLE "channels" ("id" uuid NOT NULL, "kind" text NOT NULL DEFAULT 'host', "title" text NOT NULL, "owner_id" text NOT NULL, "owner_name" text NOT NULL, "mixing_mode" text NOT NULL DEFAULT 'server', "client_mix_fallback" text NOT NULL DEFAULT 'hold', "layout" jsonb NOT NULL, "output" jsonb NOT NULL, "seat_limit" smallint NOT NULL DEFAULT '9', "epoch" integer NOT NULL DEFAULT '1', "host_epoch" integer NOT NULL DEFAULT '1', "node_id" text, "source" text NOT NULL DEFAULT 'none', "source_epoch" integer NOT NULL DEFAULT '0', "host_publishing" boolean NOT NULL DEFAULT false, "mix_epochs" integer array NOT NULL DEFAULT '{}', "viewers" integer NOT NULL DEFAULT '0', "host_video" jsonb, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), CONSTRAINT "channels_epochs" CHECK (host_epoch >= 1 AND epoch >= host_epoch), CONSTRAINT "channels_seat_limit" CHECK (seat_limit BETWEEN 2 AND 16), CONSTRAINT "channels_source" CHECK (source IN ('none', 'host', 'mix')), CONSTRAINT "channels_client_mix_fallback" CHECK (client_mix_fallback IN ('hold', 'server')), CONSTRAINT "channels_mixing_mode" CHECK (mixing_mode IN ('server', 'client')), CONSTRAINT "channels_kind" CHECK (kind IN ('host', 'bypass')), CONSTRAINT "PK_bc603823f3f741359c2339389f9" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE INDEX "channels_node" ON "channels"  ("node_id") `);
    await runner.query(`CREATE INDEX "channels_newest" ON "channels"  ("created_at", "id") `);
    await runner.query(
      `CREATE TABLE "pk_matches" ("id" uuid NOT NULL, "invitation_id" uuid NOT NULL, "state" character varying(16) NOT NULL, "duration_ms" integer NOT NULL, "reason" text, "winner" uuid, "created_at" TIMESTAMP WITH TIME ZONE NOT NULL DEFAULT now(), "started_at" TIMESTAMP WITH TIME ZONE, "ends_at" TIMESTAMP WITH TIME ZONE, "ended_at" TIMESTAMP WITH TIME ZONE, CONSTRAINT "pk_matches_ended" CHECK (("state" IN ('ended', 'failed')) = ("ended_at" IS NOT NULL)), CONSTRAINT "pk_matches_reason" CHECK (("state" IN ('starting', 'running')) = ("reason" IS NULL)), CONSTRAINT "pk_matches_running" CHECK ("state" <> 'running' OR "started_at" IS NOT NULL), CONSTRAINT "pk_matches_started" CHECK (("started_at" IS NULL) = ("ends_at" IS NULL)), CONSTRAINT "pk_matches_duration" CHECK ("duration_ms" BETWEEN 1 AND 3600000), CONSTRAINT "pk_matches_state" CHECK ("state" IN ('starting', 'running', 'ending', 'ended', 'failed')), CONSTRAINT "PK_22073b29660144b7d6552e5642b" PRIMARY KEY ("id"))`,
    );
    await runner.query(`CREATE UNIQUE INDEX "pk_matches_invitation" ON "pk_matches"  ("invitation_id") `);
    await runner.query(
      `CREATE INDEX "pk_matches_unfinished" ON "pk_matches"  ("created_at") WHERE "ended_at" IS NULL`,
    );
    await runner.query(
      `CREATE TABLE "pk_sides" ("match_id" uuid NOT NULL, "side" smallint NOT NULL, "channel_id" uuid NOT NULL, "title" text NOT NULL, "host_id" character varying(128) NOT NULL, "host_name" text NOT NULL, "session_id" uuid NOT NULL, "points" integer NOT NULL DEFAULT '0', "over" boolean NOT NULL DEFAULT false, CONSTRAINT "pk_sides_points" CHECK ("points" >= 0), CONSTRAINT "pk_sides_side" CHECK ("side" IN (0, 1)), CONSTRAINT "PK_df31dc84662e0ba0a189ebad9fa" PRIMARY KEY ("match_id", "side"))`,
    );
    await runner.query(`CREATE INDEX "pk_sides_by_channel" ON "pk_sides"  ("channel_id") `);
    await runner.query(
      `CREATE UNIQUE INDEX "pk_sides_one_session" ON "pk_sides"  ("session_id") WHERE NOT "over"`,
    );
    await runner.query(`CREATE UNIQUE INDEX "pk_sides_one_host" ON "pk_sides"  ("host_id") WHERE NOT "over"`);
    await runner.query(
      `CREATE UNIQUE INDEX "pk_sides_one_channel" ON "pk_sides"  ("channel_id") WHERE NOT "over"`,
    );
    await runner.query(
      `ALTER TABLE "bypass_watchers" ADD CONSTRAINT "bypass_watchers_live" FOREIGN KEY ("bypass_live_id") REFERENCES "bypass_lives"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "conference_members" ADD CONSTRAINT "conference_members_conference" FOREIGN KEY ("conference_id") REFERENCES "conferences"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_webhook" FOREIGN KEY ("webhook_id") REFERENCES "webhooks"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
    await runner.query(
      `ALTER TABLE "pk_sides" ADD CONSTRAINT "pk_sides_match" FOREIGN KEY ("match_id") REFERENCES "pk_matches"("id") ON DELETE CASCADE ON UPDATE NO ACTION`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "pk_sides" DROP CONSTRAINT "pk_sides_match"`);
    await runner.query(`ALTER TABLE "webhook_deliveries" DROP CONSTRAINT "webhook_deliveries_webhook"`);
    await runner.query(`ALTER TABLE "conference_members" DROP CONSTRAINT "conference_members_conference"`);
    await runner.query(`ALTER TABLE "bypass_watchers" DROP CONSTRAINT "bypass_watchers_live"`);
    await runner.query(`DROP INDEX "public"."pk_sides_one_channel"`);
    await runner.query(`DROP INDEX "public"."pk_sides_one_host"`);
    await runner.query(`DROP INDEX "public"."pk_sides_one_session"`);
    await runner.query(`DROP INDEX "public"."pk_sides_by_channel"`);
    await runner.query(`DROP TABLE "pk_sides"`);
    await runner.query(`DROP INDEX "public"."pk_matches_unfinished"`);
    await runner.query(`DROP INDEX "public"."pk_matches_invitation"`);
    await runner.query(`DROP TABLE "pk_matches"`);
    await runner.query(`DROP INDEX "public"."channels_newest"`);
    await runner.query(`DROP INDEX "public"."channels_node"`);
    await runner.query(`DROP TABLE "channels"`);
    await runner.query(`DROP INDEX "public"."mix_tasks_one_live"`);
    await runner.query(`DROP INDEX "public"."mix_tasks_unfinished"`);
    await runner.query(`DROP INDEX "public"."mix_tasks_owner"`);
    await runner.query(`DROP TABLE "mix_tasks"`);
    await runner.query(`DROP INDEX "public"."webhook_deliveries_lane"`);
    await runner.query(`DROP INDEX "public"."webhook_deliveries_due"`);
    await runner.query(`DROP INDEX "public"."webhook_deliveries_once"`);
    await runner.query(`DROP INDEX "public"."webhook_deliveries_newest"`);
    await runner.query(`DROP TABLE "webhook_deliveries"`);
    await runner.query(`DROP INDEX "public"."webhooks_newest"`);
    await runner.query(`DROP TABLE "webhooks"`);
    await runner.query(`DROP TABLE "chat_messages"`);
    await runner.query(`DROP TABLE "chat_rooms"`);
    await runner.query(`DROP TABLE "media_nodes"`);
    await runner.query(`DROP INDEX "public"."room_restrictions_until"`);
    await runner.query(`DROP TABLE "room_restrictions"`);
    await runner.query(`DROP TABLE "socket_io_attachments"`);
    await runner.query(`DROP INDEX "public"."room_presence_since"`);
    await runner.query(`DROP INDEX "public"."room_presence_until"`);
    await runner.query(`DROP TABLE "room_presence"`);
    await runner.query(`DROP TABLE "im_instances"`);
    await runner.query(`DROP INDEX "public"."audit_log_newest"`);
    await runner.query(`DROP INDEX "public"."audit_log_subject"`);
    await runner.query(`DROP TABLE "audit_log"`);
    await runner.query(`DROP INDEX "public"."api_keys_newest"`);
    await runner.query(`DROP INDEX "public"."api_keys_hash_unique"`);
    await runner.query(`DROP TABLE "api_keys"`);
    await runner.query(`DROP INDEX "public"."idempotency_keys_expiry"`);
    await runner.query(`DROP TABLE "idempotency_keys"`);
    await runner.query(`DROP INDEX "public"."conference_members_user"`);
    await runner.query(`DROP INDEX "public"."conference_members_grace"`);
    await runner.query(`DROP INDEX "public"."conference_members_member"`);
    await runner.query(`DROP TABLE "conference_members"`);
    await runner.query(`DROP INDEX "public"."conferences_owner"`);
    await runner.query(`DROP INDEX "public"."conferences_node"`);
    await runner.query(`DROP INDEX "public"."conferences_number_unique"`);
    await runner.query(`DROP TABLE "conferences"`);
    await runner.query(`DROP INDEX "public"."mix_switches_one_unfinished"`);
    await runner.query(`DROP INDEX "public"."mix_switches_by_session"`);
    await runner.query(`DROP TABLE "mix_switches"`);
    await runner.query(`DROP TABLE "co_host_bans"`);
    await runner.query(`DROP INDEX "public"."co_host_members_one_user"`);
    await runner.query(`DROP INDEX "public"."co_host_members_one_air"`);
    await runner.query(`DROP INDEX "public"."co_host_members_one_seat"`);
    await runner.query(`DROP TABLE "co_host_members"`);
    await runner.query(`DROP INDEX "public"."co_host_sessions_one_active"`);
    await runner.query(`DROP INDEX "public"."co_host_sessions_one_host"`);
    await runner.query(`DROP INDEX "public"."co_host_sessions_by_conference"`);
    await runner.query(`DROP INDEX "public"."co_host_sessions_one_pair"`);
    await runner.query(`DROP INDEX "public"."co_host_sessions_unfinished"`);
    await runner.query(`DROP TABLE "co_host_sessions"`);
    await runner.query(`DROP INDEX "public"."invitations_one_pending"`);
    await runner.query(`DROP INDEX "public"."invitations_one_challenge_from"`);
    await runner.query(`DROP INDEX "public"."invitations_one_challenge_to"`);
    await runner.query(`DROP INDEX "public"."invitations_one_invite"`);
    await runner.query(`DROP INDEX "public"."invitations_queue"`);
    await runner.query(`DROP INDEX "public"."invitations_by_channel"`);
    await runner.query(`DROP INDEX "public"."invitations_due"`);
    await runner.query(`DROP INDEX "public"."invitations_by_other_channel"`);
    await runner.query(`DROP TABLE "invitations"`);
    await runner.query(`DROP TABLE "bypass_watchers"`);
    await runner.query(`DROP INDEX "public"."bypass_lives_newest"`);
    await runner.query(`DROP INDEX "public"."bypass_lives_owner"`);
    await runner.query(`DROP INDEX "public"."bypass_lives_unfinished"`);
    await runner.query(`DROP INDEX "public"."bypass_lives_mix_task"`);
    await runner.query(`DROP INDEX "public"."bypass_lives_channel"`);
    await runner.query(`DROP INDEX "public"."bypass_lives_conference"`);
    await runner.query(`DROP TABLE "bypass_lives"`);
    await runner.query(`DROP TABLE "login_codes"`);
  }
}
