/** What one version of n8n needs that another does not. */
export interface N8nVersionNeeds {
	/** The computer's own Node serves from this version on, up to Node 24. */
	oldestNode: string;
	/** Parts of n8n that are not wanted here; it does not start where it does not know one. */
	disabledModules: string[];
	/** Whether it makes the owner's account from its environment; else the account is made over REST. */
	ownerFromEnvironment: boolean;
}

/** The versions of n8n that can be installed here. */
export type N8nVersion = '2.41.1' | '2.8.4';

/** The n8n that is installed where nobody asks for another. */
export const N8N_VERSION: N8nVersion = '2.41.1';

/** The oldest n8n that the nodes are made for; the newest that runs on Node 20. */
export const OLDEST_N8N_VERSION: N8nVersion = '2.8.4';

/**
 * What the versions need. Their packages are pinned in `packages/`, where two `overrides` say: n8n 2.8 takes xlsx from the
 * tarball of a web site, not from the npm registry, where the newest is 0.18.5 (only its spreadsheet nodes use it); sqlite3
 * asks for node-gyp 8, which no longer works with Python 3.12.
 */
export const n8nVersions: Record<N8nVersion, N8nVersionNeeds> = {
	'2.41.1': {
		oldestNode: '24.0.0',
		disabledModules: [
			'mcp-registry',
			'mcp',
			'instance-ai',
			'agents',
			'chat-hub',
			'quick-connect',
			'insights',
		],
		ownerFromEnvironment: true,
	},
	'2.8.4': {
		oldestNode: '20.19.0',
		disabledModules: ['mcp', 'chat-hub', 'quick-connect', 'insights'],
		ownerFromEnvironment: false,
	},
};
