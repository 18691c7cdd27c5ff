/* eslint-disable @n8n/community-nodes/no-restricted-globals */
/** Turns on n8n's guard against requests into private networks. To be imported before the engine, which loads n8n-core. */
process.env.N8N_SSRF_PROTECTION_ENABLED = 'true';
process.env.N8N_SSRF_ALLOWED_HOSTNAMES = 'localhost';
