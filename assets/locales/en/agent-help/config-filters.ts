// What the config filters and their keys mean, one sentence each.

export const configFiltersHelp = {
  'configfilter env': { about: 'Puts variables of the environment into values: ${name["VARIABLE"]}.', keys: {} },
  'configfilter external': {
    about: 'Asks a program for values: ${name["key"]} is the first line that the command prints when it is given the key.',
    keys: { command: 'The program and its words; the key is added as the last one. No shell is started.', charset: 'How the program’s output is encoded.' },
  },
  'configfilter vault': { about: 'Puts secrets of the vault into values: ${name["secret"]}. They stand in no file.', keys: {} },
};
