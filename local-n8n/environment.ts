import type { DatabaseConnection } from './postgres';
import { n8nVersions, type N8nVersion } from './versions';

/** The account that n8n is started with. */
export interface Owner {
	email: string;
	/** bcrypt */
	passwordHash: string;
}

/** What an n8n process is started with. */
export interface N8nSettings {
	version: N8nVersion;
	/** The folder that holds `.n8n`. */
	userFolder: string;
	port: number;
	/** For n8n's own task runner; must be free as well. */
	brokerPort: number;
	owner: Owner;
}

/** What n8n gets of the computer's environment: where things are, the language, the time zone, and nothing else. */
const INHERITED = [
	'PATH',
	'HOME',
	'LANG',
	'LC_ALL',
	'TZ',
	'TMPDIR',
	'TEMP',
	'TMP',
	'SystemRoot',
	'ComSpec',
	'PATHEXT',
	'USERPROFILE',
	'APPDATA',
	'LOCALAPPDATA',
];

/**
 * The settings that pass from the computer to n8n. Its own `N8N_…` and `DB_…` variables, a proxy or `NODE_OPTIONS` of
 * the person at the keyboard must not change what a demo or a test does.
 */
export function inheritedEnvironment(all: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	return Object.fromEntries(Object.entries(all).filter(([name]) => INHERITED.includes(name)));
}

/**
 * An n8n that listens on this computer only and asks nobody on the internet for anything. No encryption key: n8n makes
 * a random one at its first start and keeps it in the user folder, so a later start reads the same credentials.
 */
export function n8nEnvironment({
	version,
	userFolder,
	port,
	brokerPort,
	owner,
}: N8nSettings): NodeJS.ProcessEnv {
	return {
		N8N_USER_FOLDER: userFolder,
		N8N_PORT: String(port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: '127.0.0.1',
		N8N_PROTOCOL: 'http',
		N8N_SECURE_COOKIE: 'false',
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_RUNNERS_BROKER_LISTEN_ADDRESS: '127.0.0.1',
		N8N_WORKER_SERVER_ADDRESS: '127.0.0.1',

		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		N8N_AI_ASSISTANT_ENABLED: 'false',
		N8N_DISABLED_MODULES: n8nVersions[version].disabledModules.join(','),

		N8N_INSTANCE_OWNER_MANAGED_BY_ENV: 'true',
		N8N_INSTANCE_OWNER_EMAIL: owner.email,
		N8N_INSTANCE_OWNER_FIRST_NAME: 'Local',
		N8N_INSTANCE_OWNER_LAST_NAME: 'Analyst',
		N8N_INSTANCE_OWNER_PASSWORD_HASH: owner.passwordHash,
	};
}

/** The settings by which n8n keeps its data in a PostgreSQL; without them it keeps them in a file of SQLite. */
export function postgresEnvironment(connection: DatabaseConnection): Record<string, string> {
	return {
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: connection.host,
		DB_POSTGRESDB_PORT: String(connection.port),
		DB_POSTGRESDB_USER: connection.user,
		DB_POSTGRESDB_PASSWORD: connection.password,
		DB_POSTGRESDB_DATABASE: connection.database,
	};
}
