/**
 * The router, for the console. Backstage 1.55 offers nothing of its own to read
 * the query of an address, to change it, or to divide a page into routes; this
 * is the one file that knows what it uses for that.
 */
/* eslint-disable @callboard/banned-modules -- There is no other way yet; see above. */
export {
  Navigate,
  Route,
  Routes,
  useLocation,
  useNavigate,
  useParams,
  useSearchParams,
} from 'react-router-dom';
