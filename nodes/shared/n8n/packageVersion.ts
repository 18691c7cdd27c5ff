/** The version of this package, as package.json says it (a test compares both): a node may not read files. */
export const PACKAGE_VERSION = '0.1.0';
