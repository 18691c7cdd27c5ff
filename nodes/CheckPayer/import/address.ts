import { shortText } from '../../shared/fhir/values';
import { hasUserInfo, isLoopback, isPrivateHost, tryParseUrl } from '../../shared/http/addresses';
import { IMPORT_LIMITS } from './limits';

/** An address of a directory, or what is wrong with it: completes "its address …". */
export type AddressReading = { url: URL } | { problem: string };

/** What `new URL` would leave out or correct in silence. */
const PLAIN_ADDRESS = /^https?:\/\/[^\s\p{Cc}\\]+$/iu;

/** Reads an address that a directory lists: https, a public host, and nothing behind the path. */
export function readListedAddress(value: unknown): AddressReading {
	const read = readAddress(value);
	if ('problem' in read) return read;
	const { url } = read;
	if (url.protocol !== 'https:') return { problem: 'does not begin with https' };
	if (isPrivateHost(url)) return { problem: 'is of a private network, or of this computer' };
	return read;
}

/** Reads the address of a directory, as it was entered: a directory on this computer may be asked by http. */
export function readDirectoryAddress(value: unknown): AddressReading {
	const read = readAddress(value);
	if ('problem' in read) return read;
	return read.url.protocol === 'https:' || isLoopback(read.url)
		? read
		: { problem: 'does not begin with https' };
}

function readAddress(value: unknown): AddressReading {
	const text = shortText(value, IMPORT_LIMITS.addressLetters);
	if (text === undefined) return { problem: 'is missing, or too long' };
	const url = PLAIN_ADDRESS.test(text) ? tryParseUrl(text) : undefined;
	if (!url) return { problem: 'is not a web address' };
	if (hasUserInfo(url)) return { problem: 'holds a user name or password' };
	if (url.search !== '' || url.hash !== '') return { problem: 'has a part behind its path (? or #)' };
	return { url };
}

/** The address as a base URL: without a slash at its end. */
export function baseOf({ origin, pathname }: URL): string {
	let end = pathname.length;
	while (end > 0 && pathname[end - 1] === '/') end -= 1;
	return origin + pathname.slice(0, end);
}

/** Whether two addresses are of one host and port. */
export function isSameHost(one: string, other: string): boolean {
	const [first, second] = [tryParseUrl(one), tryParseUrl(other)];
	return first !== undefined && first.host === second?.host;
}
