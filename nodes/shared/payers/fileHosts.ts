import type { INodeProperties } from 'n8n-workflow';
import { textOf } from '../fhir/json';
import { hasUserInfo, isPrivateHost, tryParseUrl } from '../http/addresses';
import { FILE_HOSTS_LABEL } from '../http/errors';
import { settingError } from './settingError';

/** Hosts that a payer keeps its export files on, besides its own. */

/** The field of each credential. */
export const FILE_HOSTS_FIELD: INodeProperties = {
	displayName: FILE_HOSTS_LABEL,
	name: 'allowedFileHosts',
	type: 'string',
	default: '',
	placeholder: 'e.g. files.payer.example, bucket.s3.us-east-1.amazonaws.com',
	description:
		'Other hosts that the payer keeps export files on, or redirects to, divided by commas. They are asked over https, without the token and without anything else of this credential. Empty: none.',
};

/**
 * Reads the field: public hosts, or the payer's own.
 * @param baseUrl where the payer is
 * @throws ExchangeError for private hosts, to prevent SSRF
 */
export function fileHostsOf(value: unknown, baseUrl: string): string[] {
	const entered = (textOf(value) ?? '')
		.toLowerCase()
		.split(/[\s,;]+/)
		.filter(Boolean);
	return entered.map((host) => {
		const url = tryParseUrl(`https://${host}`);
		// A name with letters beyond ASCII is compared as it stands in addresses (RFC 5890).
		const isName = url?.host === host.replace(/:443$/, '') || /[^ -~]/.test(host);
		if (!url || !isName || hasUserInfo(url) || url.href !== `${url.origin}/`) {
			throw settingError(
				FILE_HOSTS_LABEL,
				'must be names of hosts divided by commas, without https:// and path',
			);
		}
		if (isPrivateHost(url) && url.hostname !== tryParseUrl(baseUrl)?.hostname) {
			throw settingError(
				FILE_HOSTS_LABEL,
				`must be hosts of the open internet; ${host} is inside a private network`,
			);
		}
		return url.host;
	});
}

/** The address of a file on one of the hosts, which is asked over https only; undefined for any other. */
export function listedFileUrl(fileHosts: readonly string[], url: string): string | undefined {
	const target = tryParseUrl(url);
	// With another port than that of https, a host is listed with it.
	const isListed = target?.protocol === 'https:' && !hasUserInfo(target) && fileHosts.includes(target.host);
	return isListed ? target.href.split('#')[0] : undefined;
}
