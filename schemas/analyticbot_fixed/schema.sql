-- PostgreSQL 18; written by `roundtrip schemas record`, to be read

-- schema public
--   standard public schema
CREATE SCHEMA public;

-- table public.admin_audit_log
CREATE TABLE public.admin_audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.admin_audit_log_id_seq START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1) NOT NULL,
    admin_user_id uuid,
    session_id uuid,
    action character varying(100) NOT NULL,
    resource_type character varying(100) NOT NULL,
    resource_id character varying(255),
    old_values jsonb,
    new_values jsonb,
    address inet,
    success boolean DEFAULT true NOT NULL,
    error_message text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT admin_audit_log_admin_user_id_fkey FOREIGN KEY (admin_user_id) REFERENCES public.superadmin_users(id) ON DELETE RESTRICT,
    CONSTRAINT admin_audit_log_session_id_fkey FOREIGN KEY (session_id) REFERENCES public.admin_sessions(id) ON DELETE RESTRICT,
    CONSTRAINT admin_audit_log_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_admin_audit_log_admin_user_id ON public.admin_audit_log USING btree (admin_user_id, created_at);
CREATE INDEX ix_admin_audit_log_resource ON public.admin_audit_log USING btree (resource_type, resource_id);

-- table public.admin_sessions
CREATE TABLE public.admin_sessions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    admin_user_id uuid NOT NULL,
    token_hash character varying(128) NOT NULL,
    address inet NOT NULL,
    user_agent text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    last_seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT admin_sessions_admin_user_id_fkey FOREIGN KEY (admin_user_id) REFERENCES public.superadmin_users(id) ON DELETE RESTRICT,
    CONSTRAINT admin_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT admin_sessions_token_hash_key UNIQUE (token_hash)
);
CREATE INDEX ix_admin_sessions_admin_user_id ON public.admin_sessions USING btree (admin_user_id);
CREATE INDEX ix_admin_sessions_expires_at ON public.admin_sessions USING btree (expires_at);

-- table public.alert_subscriptions
CREATE TABLE public.alert_subscriptions (
    id serial,
    chat_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    kind character varying(20) NOT NULL,
    threshold double precision,
    window_hours integer DEFAULT 48 NOT NULL,
    enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_alert_subscriptions_kind CHECK (((kind)::text = ANY ((ARRAY['spike'::character varying, 'quiet'::character varying, 'growth'::character varying])::text[]))),
    CONSTRAINT alert_subscriptions_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT alert_subscriptions_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_alert_subscriptions_channel_id ON public.alert_subscriptions USING btree (channel_id);

-- table public.alerts_sent
CREATE TABLE public.alerts_sent (
    subscription_id integer NOT NULL,
    key character varying(255) NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT alerts_sent_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.alert_subscriptions(id) ON DELETE RESTRICT,
    CONSTRAINT alerts_sent_pkey PRIMARY KEY (subscription_id, key)
);

-- table public.channel_daily
CREATE TABLE public.channel_daily (
    channel_id bigint NOT NULL,
    day date NOT NULL,
    metric character varying(50) NOT NULL,
    value bigint NOT NULL,
    CONSTRAINT channel_daily_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT channel_daily_pkey PRIMARY KEY (channel_id, day, metric)
);
CREATE INDEX ix_channel_daily_metric_day ON public.channel_daily USING btree (metric, day);

-- table public.channel_metric_rollups
CREATE TABLE public.channel_metric_rollups (
    channel_id bigint NOT NULL,
    month date NOT NULL,
    posts bigint DEFAULT '0'::bigint NOT NULL,
    views numeric DEFAULT '0'::numeric NOT NULL,
    CONSTRAINT channel_metric_rollups_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT channel_metric_rollups_pkey PRIMARY KEY (channel_id, month)
);

-- table public.channels
CREATE TABLE public.channels (
    id bigint NOT NULL,
    user_id bigint NOT NULL,
    title character varying(255),
    username character varying(255),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT channels_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT,
    CONSTRAINT channels_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_channels_title_lower ON public.channels USING btree (lower((title)::text));
CREATE INDEX ix_channels_user_id ON public.channels USING btree (user_id);

-- table public.content_protection_settings
CREATE TABLE public.content_protection_settings (
    channel_id bigint NOT NULL,
    watermark_enabled boolean DEFAULT false NOT NULL,
    watermark_text character varying(100),
    watermark_position character varying(20) DEFAULT 'bottom_right'::character varying NOT NULL,
    watermark_opacity numeric(3,2) DEFAULT 0.70 NOT NULL,
    font_size smallint DEFAULT '24'::smallint NOT NULL,
    colour character varying(7) DEFAULT '#ffffff'::character varying NOT NULL,
    theft_detection_enabled boolean DEFAULT false NOT NULL,
    forwarding_allowed boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_content_protection_settings_font_size CHECK (((font_size >= 8) AND (font_size <= 96))),
    CONSTRAINT ck_content_protection_settings_opacity CHECK (((watermark_opacity >= 0.10) AND (watermark_opacity <= 1.00))),
    CONSTRAINT ck_content_protection_settings_position CHECK (((watermark_position)::text = ANY ((ARRAY['top_left'::character varying, 'top_right'::character varying, 'bottom_left'::character varying, 'bottom_right'::character varying, 'center'::character varying])::text[]))),
    CONSTRAINT content_protection_settings_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT content_protection_settings_pkey PRIMARY KEY (channel_id)
);

-- trigger public.content_protection_settings.content_protection_settings_touch
CREATE TRIGGER content_protection_settings_touch BEFORE UPDATE ON public.content_protection_settings FOR EACH ROW EXECUTE FUNCTION public.touch_content_protection_settings();

-- table public.content_theft_reports
CREATE TABLE public.content_theft_reports (
    id bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME public.content_theft_reports_id_seq START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1) NOT NULL,
    protected_content_id uuid NOT NULL,
    found_in_chat_id bigint NOT NULL,
    found_in_message_id bigint,
    similarity numeric(5,4) NOT NULL,
    status character varying(20) DEFAULT 'open'::character varying NOT NULL,
    evidence jsonb,
    reviewed_by uuid,
    reviewed_at timestamp with time zone,
    detected_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_content_theft_reports_similarity CHECK (((similarity >= (0)::numeric) AND (similarity <= (1)::numeric))),
    CONSTRAINT ck_content_theft_reports_status CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'confirmed'::character varying, 'dismissed'::character varying])::text[]))),
    CONSTRAINT content_theft_reports_protected_content_id_fkey FOREIGN KEY (protected_content_id) REFERENCES public.protected_content(id) ON DELETE RESTRICT,
    CONSTRAINT content_theft_reports_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES public.superadmin_users(id) ON DELETE SET NULL,
    CONSTRAINT content_theft_reports_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_content_theft_reports_open ON public.content_theft_reports USING btree (detected_at) WHERE ((status)::text = 'open'::text);

-- table public.custom_emoji
CREATE TABLE public.custom_emoji (
    id bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME public.custom_emoji_id_seq START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1) NOT NULL,
    channel_id bigint NOT NULL,
    emoji_id character varying(64) NOT NULL,
    fallback character varying(8) NOT NULL,
    usage_count bigint DEFAULT '0'::bigint NOT NULL,
    CONSTRAINT custom_emoji_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT custom_emoji_pkey PRIMARY KEY (id),
    CONSTRAINT uq_custom_emoji_channel_emoji UNIQUE (channel_id, emoji_id)
);

-- table public.deliveries
CREATE TABLE public.deliveries (
    id bigserial,
    scheduled_post_id integer NOT NULL,
    channel_id bigint NOT NULL,
    status character varying(20) DEFAULT 'queued'::character varying NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    queued_at timestamp with time zone DEFAULT now() NOT NULL,
    delivered_at timestamp with time zone,
    CONSTRAINT ck_deliveries_attempts CHECK ((attempts >= 0)),
    CONSTRAINT deliveries_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT deliveries_scheduled_post_id_fkey FOREIGN KEY (scheduled_post_id) REFERENCES public.scheduled_posts(id) ON DELETE RESTRICT,
    CONSTRAINT deliveries_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_deliveries_channel_queued_at ON public.deliveries USING btree (channel_id, queued_at DESC);
CREATE INDEX ix_deliveries_status_queued_at ON public.deliveries USING btree (status, queued_at);

-- table public.delivery_attempts
CREATE TABLE public.delivery_attempts (
    id bigserial,
    delivery_id bigint NOT NULL,
    attempted_at timestamp with time zone DEFAULT now() NOT NULL,
    duration_ms integer,
    error_code character varying(64),
    response jsonb,
    CONSTRAINT delivery_attempts_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES public.deliveries(id) ON DELETE RESTRICT,
    CONSTRAINT delivery_attempts_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_delivery_attempts_delivery_id ON public.delivery_attempts USING btree (delivery_id);

-- materialized view public.mv_channel_overview
CREATE MATERIALIZED VIEW public.mv_channel_overview AS
 SELECT posts.channel_id,
    count(DISTINCT posts.msg_id) AS posts,
    sum(post_metrics.views) AS views
   FROM (public.posts
     LEFT JOIN public.post_metrics USING (channel_id, msg_id))
  GROUP BY posts.channel_id;
CREATE UNIQUE INDEX ux_mv_channel_overview_channel_id ON public.mv_channel_overview USING btree (channel_id);

-- table public.payment_methods
CREATE TABLE public.payment_methods (
    id character varying(36) NOT NULL,
    user_id bigint NOT NULL,
    provider character varying(50) NOT NULL,
    provider_method_id character varying(255) NOT NULL,
    method_type character varying(50) NOT NULL,
    last_four character varying(4),
    brand character varying(50),
    expires_at date,
    is_default boolean DEFAULT false NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT payment_methods_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT,
    CONSTRAINT payment_methods_pkey PRIMARY KEY (id),
    CONSTRAINT uq_payment_methods_provider UNIQUE (provider, provider_method_id)
);
CREATE INDEX ix_payment_methods_user_id ON public.payment_methods USING btree (user_id);

-- table public.payments
CREATE TABLE public.payments (
    id character varying(36) NOT NULL,
    user_id bigint NOT NULL,
    subscription_id character varying(36),
    payment_method_id character varying(36),
    provider character varying(50) NOT NULL,
    provider_payment_id character varying(255),
    idempotency_key character varying(255) NOT NULL,
    amount numeric(10,2) NOT NULL,
    currency character varying(3) DEFAULT 'USD'::character varying NOT NULL,
    status character varying(50) NOT NULL,
    refunded_amount numeric(10,2) DEFAULT '0'::numeric NOT NULL,
    refunded_at timestamp with time zone,
    receipt_url character varying(500),
    failure_code character varying(100),
    failure_message text,
    description text,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_payments_amount CHECK ((amount >= (0)::numeric)),
    CONSTRAINT ck_payments_refunded_amount CHECK (((refunded_amount >= (0)::numeric) AND (refunded_amount <= amount))),
    CONSTRAINT payments_payment_method_id_fkey FOREIGN KEY (payment_method_id) REFERENCES public.payment_methods(id) ON DELETE RESTRICT,
    CONSTRAINT payments_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES public.subscriptions(id) ON DELETE RESTRICT,
    CONSTRAINT payments_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT,
    CONSTRAINT payments_pkey PRIMARY KEY (id),
    CONSTRAINT payments_idempotency_key_key UNIQUE (idempotency_key)
);
CREATE INDEX ix_payments_created_at ON public.payments USING btree (created_at);
CREATE INDEX ix_payments_metadata ON public.payments USING gin (metadata);
CREATE INDEX ix_payments_status ON public.payments USING btree (status);
CREATE INDEX ix_payments_subscription_id ON public.payments USING btree (subscription_id);
CREATE INDEX ix_payments_user_id ON public.payments USING btree (user_id);

-- table public.plans
CREATE TABLE public.plans (
    id serial,
    name character varying(50) NOT NULL,
    max_channels integer DEFAULT 1 NOT NULL,
    max_posts_per_month integer DEFAULT 30 NOT NULL,
    builtin_code character varying(16),
    CONSTRAINT plans_pkey PRIMARY KEY (id),
    CONSTRAINT plans_name_key UNIQUE (name),
    CONSTRAINT uq_plans_builtin_code UNIQUE (builtin_code)
);

-- table public.post_metrics
CREATE TABLE public.post_metrics (
    channel_id bigint NOT NULL,
    msg_id bigint NOT NULL,
    snapshot_time timestamp with time zone NOT NULL,
    views integer DEFAULT 0 NOT NULL,
    forwards integer DEFAULT 0 NOT NULL,
    replies integer DEFAULT 0 NOT NULL,
    reactions jsonb,
    is_latest boolean DEFAULT false NOT NULL,
    CONSTRAINT post_metrics_channel_id_msg_id_fkey FOREIGN KEY (channel_id, msg_id) REFERENCES public.posts(channel_id, msg_id) ON DELETE RESTRICT,
    CONSTRAINT post_metrics_pkey PRIMARY KEY (channel_id, msg_id, snapshot_time)
);
CREATE INDEX ix_post_metrics_latest ON public.post_metrics USING btree (channel_id, msg_id) WHERE is_latest;

-- table public.posts
CREATE TABLE public.posts (
    channel_id bigint NOT NULL,
    msg_id bigint NOT NULL,
    date timestamp with time zone NOT NULL,
    text text,
    links text[],
    language character varying(8),
    CONSTRAINT posts_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT posts_pkey PRIMARY KEY (channel_id, msg_id)
);
CREATE INDEX ix_posts_channel_date ON public.posts USING btree (channel_id, date);

-- table public.premium_feature_usage
CREATE TABLE public.premium_feature_usage (
    user_id bigint NOT NULL,
    feature character varying(50) NOT NULL,
    month date NOT NULL,
    uses integer DEFAULT 0 NOT NULL,
    bytes_processed bigint DEFAULT '0'::bigint NOT NULL,
    CONSTRAINT ck_premium_feature_usage_counts CHECK (((uses >= 0) AND (bytes_processed >= 0))),
    CONSTRAINT premium_feature_usage_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT,
    CONSTRAINT premium_feature_usage_pkey PRIMARY KEY (user_id, feature, month)
);
CREATE INDEX ix_premium_feature_usage_heavy ON public.premium_feature_usage USING btree (feature, bytes_processed) WHERE (bytes_processed > 1073741824);
CREATE INDEX ix_premium_feature_usage_month ON public.premium_feature_usage USING btree (month);

-- table public.protected_content
CREATE TABLE public.protected_content (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    content_type character varying(20) NOT NULL,
    original_file_id character varying(255) NOT NULL,
    protected_file_id character varying(255),
    fingerprint bytea,
    file_size bigint,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    processing_ms integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_protected_content_content_type CHECK (((content_type)::text = ANY ((ARRAY['text'::character varying, 'image'::character varying, 'video'::character varying, 'document'::character varying])::text[]))),
    CONSTRAINT ck_protected_content_file_size CHECK ((file_size >= 0)),
    CONSTRAINT protected_content_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT protected_content_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT,
    CONSTRAINT protected_content_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_protected_content_channel_id ON public.protected_content USING btree (channel_id);
CREATE INDEX ix_protected_content_fingerprint ON public.protected_content USING btree (md5(fingerprint));
CREATE INDEX ix_protected_content_user_id ON public.protected_content USING btree (user_id, created_at);

-- table public.scheduled_posts
CREATE TABLE public.scheduled_posts (
    id serial,
    user_id bigint NOT NULL,
    channel_id bigint NOT NULL,
    post_text text,
    media_id character varying(255),
    inline_buttons json,
    status character varying(50) DEFAULT 'pending'::character varying NOT NULL,
    views integer DEFAULT 0,
    schedule_time timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT scheduled_posts_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT scheduled_posts_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT,
    CONSTRAINT scheduled_posts_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_scheduled_posts_channel_id ON public.scheduled_posts USING btree (channel_id);
CREATE INDEX ix_scheduled_posts_due ON public.scheduled_posts USING btree (schedule_time) WHERE ((status)::text = 'pending'::text);
CREATE INDEX ix_scheduled_posts_status_time ON public.scheduled_posts USING btree (status, schedule_time);
CREATE INDEX ix_scheduled_posts_user_id ON public.scheduled_posts USING btree (user_id);

-- table public.sent_posts
CREATE TABLE public.sent_posts (
    id serial,
    scheduled_post_id integer NOT NULL,
    channel_id bigint NOT NULL,
    message_id bigint NOT NULL,
    sent_at timestamp with time zone DEFAULT now() NOT NULL,
    record_no integer DEFAULT 1 NOT NULL,
    CONSTRAINT sent_posts_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT sent_posts_scheduled_post_id_fkey FOREIGN KEY (scheduled_post_id) REFERENCES public.scheduled_posts(id) ON DELETE RESTRICT,
    CONSTRAINT sent_posts_pkey PRIMARY KEY (id),
    CONSTRAINT uq_sent_posts_post_channel_message UNIQUE (scheduled_post_id, channel_id, message_id, record_no)
);
CREATE INDEX ix_sent_posts_channel_id ON public.sent_posts USING btree (channel_id);
CREATE INDEX ix_sent_posts_sent_at ON public.sent_posts USING btree (sent_at);

-- table public.shared_reports
CREATE TABLE public.shared_reports (
    id serial,
    share_token character varying(64) NOT NULL,
    channel_id bigint NOT NULL,
    report_type character varying(50) NOT NULL,
    period_days integer NOT NULL,
    access_count integer DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT shared_reports_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.channels(id) ON DELETE RESTRICT,
    CONSTRAINT shared_reports_pkey PRIMARY KEY (id),
    CONSTRAINT shared_reports_share_token_key UNIQUE (share_token)
);
CREATE INDEX ix_shared_reports_expires_at ON public.shared_reports USING btree (expires_at);

-- table public.subscriptions
CREATE TABLE public.subscriptions (
    id character varying(36) NOT NULL,
    user_id bigint NOT NULL,
    plan_id integer NOT NULL,
    payment_method_id character varying(36),
    provider_subscription_id character varying(255),
    status character varying(50) NOT NULL,
    billing_cycle character varying(20) NOT NULL,
    amount numeric(10,2) NOT NULL,
    currency character varying(3) DEFAULT 'USD'::character varying NOT NULL,
    current_period_start timestamp with time zone NOT NULL,
    current_period_end timestamp with time zone NOT NULL,
    trial_ends_at timestamp with time zone,
    canceled_at timestamp with time zone,
    cancel_at_period_end boolean DEFAULT false NOT NULL,
    metadata jsonb,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_subscriptions_amount CHECK ((amount >= (0)::numeric)),
    CONSTRAINT ck_subscriptions_billing_cycle CHECK (((billing_cycle)::text = ANY ((ARRAY['monthly'::character varying, 'yearly'::character varying])::text[]))),
    CONSTRAINT subscriptions_payment_method_id_fkey FOREIGN KEY (payment_method_id) REFERENCES public.payment_methods(id) ON DELETE SET NULL,
    CONSTRAINT subscriptions_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id),
    CONSTRAINT subscriptions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT,
    CONSTRAINT subscriptions_pkey PRIMARY KEY (id),
    CONSTRAINT subscriptions_provider_subscription_id_key UNIQUE (provider_subscription_id)
);
CREATE INDEX ix_subscriptions_active ON public.subscriptions USING btree (user_id, current_period_end) WHERE ((status)::text = 'active'::text);
CREATE INDEX ix_subscriptions_period_end ON public.subscriptions USING btree (current_period_end);
CREATE INDEX ix_subscriptions_status ON public.subscriptions USING btree (status);
CREATE INDEX ix_subscriptions_user_id ON public.subscriptions USING btree (user_id);

-- table public.superadmin_users
CREATE TABLE public.superadmin_users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    telegram_id bigint NOT NULL,
    username character varying(255) NOT NULL,
    email character varying(320),
    full_name character varying(255),
    role character varying(50) DEFAULT 'support'::character varying NOT NULL,
    password_hash character varying(255) NOT NULL,
    two_factor_secret character varying(64),
    allowed_addresses inet[],
    failed_logins integer DEFAULT 0 NOT NULL,
    locked_until timestamp with time zone,
    last_login_at timestamp with time zone,
    is_active boolean DEFAULT true NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_superadmin_users_failed_logins CHECK ((failed_logins >= 0)),
    CONSTRAINT ck_superadmin_users_role CHECK (((role)::text = ANY ((ARRAY['support'::character varying, 'moderator'::character varying, 'admin'::character varying, 'super_admin'::character varying])::text[]))),
    CONSTRAINT superadmin_users_created_by_fkey FOREIGN KEY (created_by) REFERENCES public.superadmin_users(id) ON DELETE RESTRICT,
    CONSTRAINT superadmin_users_pkey PRIMARY KEY (id),
    CONSTRAINT superadmin_users_telegram_id_key UNIQUE (telegram_id),
    CONSTRAINT superadmin_users_username_key UNIQUE (username)
);
CREATE INDEX ix_superadmin_users_active ON public.superadmin_users USING btree (last_login_at) WHERE is_active;
CREATE INDEX ix_superadmin_users_role ON public.superadmin_users USING btree (role);

-- table public.system_configuration
CREATE TABLE public.system_configuration (
    key character varying(100) NOT NULL,
    value jsonb NOT NULL,
    category character varying(50) NOT NULL,
    description text,
    is_secret boolean DEFAULT false NOT NULL,
    updated_by uuid,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT system_configuration_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES public.superadmin_users(id) ON DELETE RESTRICT,
    CONSTRAINT system_configuration_pkey PRIMARY KEY (key)
);
CREATE INDEX ix_system_configuration_category ON public.system_configuration USING btree (category);

-- table public.system_configuration_history
CREATE TABLE public.system_configuration_history (
    id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.system_configuration_history_id_seq START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1) NOT NULL,
    key character varying(100) NOT NULL,
    old_value jsonb,
    new_value jsonb,
    changed_by uuid,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT system_configuration_history_changed_by_fkey FOREIGN KEY (changed_by) REFERENCES public.superadmin_users(id) ON DELETE RESTRICT,
    CONSTRAINT system_configuration_history_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_system_configuration_history_key ON public.system_configuration_history USING btree (key, changed_at);

-- function public.touch_content_protection_settings()
CREATE OR REPLACE FUNCTION public.touch_content_protection_settings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
        BEGIN
            NEW.updated_at := now();
            RETURN NEW;
        END
        $function$;

-- table public.user_suspensions
CREATE TABLE public.user_suspensions (
    id bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME public.user_suspensions_id_seq START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1) NOT NULL,
    user_id bigint NOT NULL,
    suspended_by uuid,
    reason text NOT NULL,
    starts_at timestamp with time zone DEFAULT now() NOT NULL,
    ends_at timestamp with time zone,
    CONSTRAINT user_suspensions_suspended_by_fkey FOREIGN KEY (suspended_by) REFERENCES public.superadmin_users(id) ON DELETE SET NULL,
    CONSTRAINT user_suspensions_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT,
    CONSTRAINT user_suspensions_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_user_suspensions_user_id ON public.user_suspensions USING btree (user_id);

-- table public.users
CREATE TABLE public.users (
    id bigint NOT NULL,
    username character varying(255),
    plan_id integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT users_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES public.plans(id),
    CONSTRAINT users_pkey PRIMARY KEY (id)
);
CREATE INDEX ix_users_created_at ON public.users USING btree (created_at);
CREATE INDEX ix_users_plan_id ON public.users USING btree (plan_id);

-- table public.watermark_templates
CREATE TABLE public.watermark_templates (
    id bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME public.watermark_templates_id_seq START WITH 1 INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 CACHE 1) NOT NULL,
    user_id bigint NOT NULL,
    name character varying(100) NOT NULL,
    text character varying(100),
    image bytea,
    margins int4range,
    is_shared boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT ck_watermark_templates_content CHECK ((num_nonnulls(text, image) >= 1)),
    CONSTRAINT watermark_templates_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT,
    CONSTRAINT watermark_templates_pkey PRIMARY KEY (id),
    CONSTRAINT uq_watermark_templates_user_name UNIQUE (user_id, name)
);

-- table public.webhook_events
CREATE TABLE public.webhook_events (
    id character varying(36) NOT NULL,
    user_id bigint,
    provider character varying(50) NOT NULL,
    provider_event_id character varying(255) NOT NULL,
    event_type character varying(100) NOT NULL,
    object_id character varying(255),
    payload jsonb NOT NULL,
    signature character varying(500),
    processed boolean DEFAULT false NOT NULL,
    processed_at timestamp with time zone,
    error_message text,
    retry_count integer DEFAULT 0 NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT webhook_events_user_id_fkey FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE RESTRICT,
    CONSTRAINT webhook_events_pkey PRIMARY KEY (id),
    CONSTRAINT uq_webhook_events_provider UNIQUE (provider, provider_event_id)
);
CREATE INDEX ix_webhook_events_event_type ON public.webhook_events USING btree (event_type);
CREATE INDEX ix_webhook_events_unprocessed ON public.webhook_events USING btree (created_at) WHERE (NOT processed);
