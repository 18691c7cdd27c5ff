import { ExchangeError } from '../exchangeError';

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;

/**
 * The Gateway URL of a credential, ready to put a path behind it.
 *
 * @returns without trailing slashes, query and fragment
 * @throws ExchangeError where it is no address, carries a password, or is `http:` to anything but this computer
 */
export function gatewayBase(gatewayUrl: unknown): string {
	const url = parsedUrl(typeof gatewayUrl === 'string' ? gatewayUrl.trim() : '');
	const refuse = (says: string): never => {
		throw new ExchangeError(`The credential's 'Gateway URL' ${says}`, {
			whatToDo: 'Open the credential and enter the address of the gateway, e.g. https://gateway.1up.health',
			concerns: 'run',
		});
	};
	if (!url || !['http:', 'https:'].includes(url.protocol)) return refuse('is not a web address');
	if (url.username !== '' || url.password !== '') return refuse('must not hold a user name or password');
	if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
		return refuse('must begin with https: (http: is for a gateway on this computer only)');
	}
	return url.origin + url.pathname.replace(/\/+$/, '');
}

/** The address, or undefined where the text is none. */
export function parsedUrl(text: string, base?: string): URL | undefined {
	return URL.canParse(text, base) ? new URL(text, base) : undefined;
}

/** Whether an address lies below a gateway: same origin, and a path below the gateway's own. */
export function isBelow(gateway: string, url: string): boolean {
	const [base, target] = [parsedUrl(gateway), parsedUrl(url)];
	if (!base || !target || target.username !== '' || target.password !== '') return false;
	return base.origin === target.origin && target.pathname.startsWith(`${base.pathname.replace(/\/+$/, '')}/`);
}
