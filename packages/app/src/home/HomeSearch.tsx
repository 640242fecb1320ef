import { useApi } from '@backstage/core-plugin-api';
import { useRouteRef } from '@backstage/frontend-plugin-api';
import searchPlugin from '@backstage/plugin-search/alpha';
import { searchApiRef } from '@backstage/plugin-search-react';
import {
  SearchAutocomplete,
  SearchAutocompleteItem,
  Text,
} from '@backstage/ui';
import { useDeferredValue, useEffect, useState } from 'react';
import styles from './HomeSearch.module.css';

const SUGGESTIONS = 6;

type Suggestion = { location: string; title: string; text: string };

type Answer = { term: string; suggestions: Suggestion[] };

/**
 * Search as you type: the best matches of the index, each a link, and a way to
 * the search page with the same words.
 */
export function HomeSearch() {
  const searchApi = useApi(searchApiRef);
  const searchPage = useRouteRef(searchPlugin.routes.root);
  const [input, setInput] = useState('');
  const [answer, setAnswer] = useState<Answer>({ term: '', suggestions: [] });
  const term = useDeferredValue(input.trim());

  useEffect(() => {
    if (!term) {
      setAnswer({ term, suggestions: [] });
      return undefined;
    }
    const abort = new AbortController();
    searchApi
      .query({ term, pageLimit: SUGGESTIONS }, { signal: abort.signal })
      .then(
        ({ results }) => ({
          term,
          suggestions: results.map(({ document }) => document),
        }),
        // The search page says what is wrong; its link is still offered.
        () => ({ term, suggestions: [] }),
      )
      .then(found => {
        if (!abort.signal.aborted) {
          setAnswer(found);
        }
      });
    return () => abort.abort();
  }, [searchApi, term]);

  return (
    <div className={styles.search} role="search">
      <SearchAutocomplete
        aria-label="Search the portal"
        placeholder="Search components, APIs, teams …"
        size="medium"
        // As wide as the field; else as wide as the longest text.
        popoverWidth="min(38rem, 100vw - 2 * var(--bui-space-5))"
        inputValue={input}
        onInputChange={setInput}
        isLoading={answer.term !== term}
      >
        {term
          ? [
              // First, because typing puts the keyboard on the first item, and
              // this one is there before the suggestions come.
              <SearchAutocompleteItem
                key="all"
                id="all"
                href={`${searchPage?.() ?? '/search'}?query=${encodeURIComponent(term)}`}
                textValue={`All results for ${term}`}
              >
                <Text variant="body-medium" as="div">
                  All results for “{term}”
                </Text>
              </SearchAutocompleteItem>,
              ...answer.suggestions.map(({ location, title, text }) => (
                <SearchAutocompleteItem
                  key={location}
                  id={location}
                  href={location}
                  textValue={title}
                >
                  <Text variant="body-medium" weight="bold" as="div">
                    {title}
                  </Text>
                  <Text
                    variant="body-small"
                    color="secondary"
                    as="div"
                    truncate
                  >
                    {text}
                  </Text>
                </SearchAutocompleteItem>
              )),
            ]
          : []}
      </SearchAutocomplete>
    </div>
  );
}
