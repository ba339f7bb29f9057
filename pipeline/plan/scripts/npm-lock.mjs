// usage: npm-lock.mjs LIST LOCK FOLDER
// Writes a lock file of npm with the packages that Trivy's LIST names for the lock file LOCK of another manager, so
// that `npm audit` asks about them: each under a name of its own, since one package may be there in several versions.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";

const [list, lock, folder] = process.argv.slice(2);
const results = JSON.parse(readFileSync(list, "utf8")).Results ?? [];
const named = [lock, `.pipeline/root/${lock}`];
const packages = results.filter((result) => named.includes(result.Target)).flatMap((result) => result.Packages ?? []);
const used = packages.filter((found) => !["root", "workspace"].includes(found.Relationship));
const published = used.filter((found) => /^\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$/.test(found.Version));
if (published.length === 0) {
  console.error(`the list of packages names none of ${lock}`);
  process.exit(5);
}
for (const found of used.filter((one) => !published.includes(one))) {
  console.log(`not asked about ${found.Name} ${found.Version}: no version of a registry`);
}

const root = { name: "locked", version: "1.0.0", dependencies: {}, devDependencies: {} };
const installed = {};
published.forEach(({ Name: name, Version: version, Dev: dev }, index) => {
  root[dev ? "devDependencies" : "dependencies"][`p${index}`] = `npm:${name}@${version}`;
  installed[`node_modules/p${index}`] = { name, version, ...(dev && { dev }) };
});
const locked = { ...root, lockfileVersion: 3, requires: true, packages: { "": root, ...installed } };
delete locked.dependencies;
delete locked.devDependencies;
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/package.json`, JSON.stringify(root));
writeFileSync(`${folder}/package-lock.json`, JSON.stringify(locked));
console.log(`${published.length} packages of ${lock}`);
