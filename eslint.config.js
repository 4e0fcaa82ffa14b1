import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'test/out/'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'no-console': 'error',
      'prefer-const': 'error',
      // "webSecurity" is never turned off: the word has no place in this code (ipc-and-security, item 6)
      'no-restricted-syntax': ['error', { selector: 'Property[key.name="webSecurity"]', message: 'webSecurity stays as it is: on.' }, { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' }],
    },
  },
  { files: ['renderer/**/*.{ts,tsx}'], plugins: { 'react-hooks': reactHooks }, rules: { ...reactHooks.configs.recommended.rules, 'react-hooks/incompatible-library': 'off' } },
  { files: ['scripts/**', 'main/hosts/**', 'test/**'], rules: { 'no-console': 'off' } },
  { files: ['test/peers/electron/default-app/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['*.config.*', 'scripts/reporter.mjs'], rules: { 'no-restricted-syntax': 'off' } },
);
